/** A protocol that keeps what happens to it, and sockets to adopt, for the suites over real datagrams. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import type { TestContext } from "node:test";
import { globalLogPublisher } from "../../src/logger/global-log.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { HostAndPort, InternetAddress } from "../../src/transport/address.ts";
import type { MulticastTransport } from "../../src/transport/transport.ts";
import { until } from "./running.ts";

export const HOST = "127.0.0.1";
export const HOST6 = "::1";
/** An address for documentation: no machine has it. */
export const ELSEWHERE = "198.51.100.1";

export function at(port: number, host: string = HOST): HostAndPort {
  return { host, port };
}

/** Keeps what it receives and what it is told; the hooks may say what else to do. */
export class DatagramRecorder extends DatagramProtocol<MulticastTransport> {
  override noisy = false;
  readonly datagrams: Buffer[] = [];
  readonly addresses: InternetAddress[] = [];
  readonly events: string[] = [];
  onStart: (protocol: DatagramRecorder) => void = () => {};
  onDatagram: (protocol: DatagramRecorder, datagram: Buffer, address: InternetAddress) => void = () => {};
  onRefused: (protocol: DatagramRecorder) => void = () => {};
  onStop: (protocol: DatagramRecorder) => void = () => {};

  override startProtocol(): void {
    this.events.push("start");
    this.onStart(this);
  }

  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    this.datagrams.push(datagram);
    this.addresses.push(address);
    this.onDatagram(this, datagram, address);
  }

  override connectionRefused(): void {
    this.events.push("refused");
    this.onRefused(this);
  }

  override stopProtocol(): void {
    this.events.push("stop");
    this.onStop(this);
  }

  get texts(): string[] {
    return this.datagrams.map((datagram) => datagram.toString());
  }

  /** Waits until `count` datagrams have arrived. */
  async received(count: number): Promise<void> {
    await until(() => this.datagrams.length >= count, `${count} datagrams, and not ${this.datagrams.length}`);
  }
}

/** A recorder with a port of its own on loopback. */
export function recorderOn(reactor: Reactor, host: string = HOST): DatagramRecorder {
  const protocol = new DatagramRecorder();
  reactor.listenMulticast(0, protocol, { interface: host });
  return protocol;
}

/** A port number of `host` that nobody listens on: one that has just been closed. */
export async function closedPort(reactor: Reactor, host: string = HOST): Promise<number> {
  const { transport } = recorderOn(reactor, host);
  const { port } = transport.getHost();
  await transport.stopListening();
  return port;
}

/** What is logged as an error or a warning until the test ends, as a list that grows. */
export function complaints(t: TestContext): string[] {
  const texts: string[] = [];
  const observer = (event: LogEvent): void => {
    if (event.logLevel === undefined || event.logLevel.name === "info") return;
    texts.push(`${event.logLevel.name}: ${event.logFailure?.getErrorMessage() ?? String(event["error"])}`);
  };
  globalLogPublisher.addObserver(observer);
  t.after(() => globalLogPublisher.removeObserver(observer));
  return texts;
}

/** Node closes the sockets that it collects; these would close descriptors that are no longer theirs. */
const givenAway: Socket[] = [];

/** The descriptor of a bound socket that nobody reads from, as systemd passes one to a service, and its port. */
export function boundDescriptor(host: string): { readonly fd: number; readonly port: number } {
  const family = host.includes(":") ? 6 : 4;
  const socket = createSocket({ type: `udp${family}`, lookup: (name, _options, answer) => answer(null, name, family) });
  socket.bind(0, host);
  givenAway.push(socket);
  const handle = handleOf(socket);
  handle.recvStop();
  return { fd: handle.fd, port: socket.address().port };
}

/** What Node's socket is made of. */
function handleOf(socket: object): { readonly fd: number; recvStop(): void } {
  const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === "state symbol");
  assert.ok(symbol !== undefined, "expected a dgram.Socket to keep its handle in its state");
  return (socket as Record<symbol, { readonly handle: { readonly fd: number; recvStop(): void } }>)[symbol]!.handle;
}
