/**
 * Listeners over sockets of their own, whose descriptors programs get: no byte passes through this process.
 *
 * With `nowait`, connections are accepted and each has a program; with `wait`, the program gets the socket itself, to accept or to receive from, and the socket is
 * not watched until the program has ended.
 */
import { chmodSync, rmSync } from "node:fs";
import { EndTeller } from "../application/end-teller.ts";
import type { Deferred } from "../deferred/deferred.ts";
import type { DelayedCallLike } from "../clock/reactor-time.ts";
import { execute, succeed } from "../deferred/maybe-deferred.ts";
import { Socket } from "../reactor/epoll/socket.ts";
import { UNIXLock } from "../reactor/unix-lock.ts";
import type { ReadDescriptor } from "../reactor/reactor.ts";
import type { Address } from "../transport/address.ts";
import { CannotListenError } from "../transport/errors.ts";
import { peerOf } from "./listener.ts";
import type { Gate, Listener } from "./listener.ts";
import { startProgram } from "./start-program.ts";
import type { Surroundings } from "./surroundings.ts";
import { titleOf } from "./wire/inetd-entry.ts";
import type { ProgramEntry } from "./wire/inetd-entry.ts";

const FAMILIES = { tcp: "inet", udp: "inet", tcp6: "inet6", udp6: "inet6", unix: "unix" } as const;
/** What everybody may write to may be connected to by everybody. */
const MODE = 0o666;
/** The seconds to wait where the system cannot accept, for want of descriptors as a rule. */
const RETRY = 1;

export class SocketListener implements Listener, ReadDescriptor {
  readonly #entry: ProgramEntry;
  readonly #around: Surroundings;
  readonly #gate: Gate;
  readonly #lock: UNIXLock | undefined;
  #socket: Socket | undefined = undefined;
  /** The file of a UNIX socket, when it is there. */
  #file: string | undefined = undefined;
  #isHeld = false;
  #retry: DelayedCallLike | undefined = undefined;

  constructor(entry: ProgramEntry, around: Surroundings, gate: Gate) {
    this.#entry = entry;
    this.#around = around;
    this.#gate = gate;
    this.#lock = entry.protocol === "unix" ? new UNIXLock(entry.address) : undefined;
  }

  open(port: number): Deferred<Address> {
    return execute(() => {
      const { socketType, protocol, address } = this.#entry;
      try {
        const socket = new Socket(FAMILIES[protocol], socketType);
        this.#socket = socket;
        this.#lock?.take();
        this.#bind(socket, port);
        if (socketType === "stream") socket.listen();
        if (!this.#isHeld) this.#around.reactor.addReader(this);
        return socket.getsockname();
      } catch (cause) {
        this.#close();
        throw new CannotListenError({ interface: address, port: protocol === "unix" ? null : port }, { cause });
      }
    });
  }

  close(): Deferred<unknown> {
    this.#close();
    return succeed();
  }

  hold(): void {
    this.#isHeld = true;
    this.#around.reactor.removeReader(this);
  }

  release(): void {
    this.#isHeld = false;
    if (this.#socket !== undefined && this.#retry?.active() !== true) this.#around.reactor.addReader(this);
  }

  fileno(): number {
    return this.#socket?.fileno() ?? -1;
  }

  doRead(): void {
    if (this.#entry.wait) {
      if (this.#gate.admits() && this.#gate.begin("")) this.#start(this.#socket!, "");
      return;
    }
    // One at a time: whether there is another one is seen in the next turn, and the gate is asked for those alone that are there.
    const connection = this.#gate.admits() ? this.#accept() : undefined;
    if (connection === undefined) return;
    const peer = peerOfSocket(connection);
    if (peer !== undefined && this.#gate.begin(peer)) this.#start(connection, peer);
    connection.close();
  }

  /** The reactor stops. */
  connectionLost(): void {
    this.#close();
  }

  #accept(): Socket | undefined {
    try {
      const connection = this.#socket!.accept();
      return connection === "wouldBlock" ? undefined : connection;
    } catch (error) {
      const { log, reactor } = this.#around;
      log.failure("{service} cannot accept a connection, and tries again in a second", error, {
        service: titleOf(this.#entry),
      });
      // The connection goes on waiting, so the socket goes on being readable.
      reactor.removeReader(this);
      this.#retry = reactor.callLater(RETRY, () => {
        if (this.#socket !== undefined && !this.#isHeld) reactor.addReader(this);
      });
      return undefined;
    }
  }

  /** The program has `socket` from now on, as its input, output and error output. */
  #start(socket: Socket, peer: string): void {
    const fd = socket.fileno();
    startProgram(this.#entry, this.#around, {
      peer,
      childFDs: { 0: fd, 1: fd, 2: fd },
      protocol: (ended) => new EndTeller(ended),
      ended: () => this.#gate.end(peer),
    });
  }

  #bind(socket: Socket, port: number): void {
    const { protocol, address } = this.#entry;
    if (protocol === "unix") {
      socket.bind(address);
      this.#file = address;
      chmodSync(address, MODE);
      return;
    }
    const isIPv6 = protocol.endsWith("6");
    if (socket.kind === "stream") socket.setsockopt("reuseAddress", true);
    if (isIPv6) socket.setsockopt("ipv6Only", true);
    socket.bind({ host: address || (isIPv6 ? "::" : "0.0.0.0"), port });
  }

  #close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    if (this.#retry?.active() === true) this.#retry.cancel();
    this.#around.reactor.removeReader(this);
    socket.close();
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
    this.#file = undefined;
    this.#lock?.release();
  }
}

/** Who is there; `undefined` where nobody is any more. */
function peerOfSocket(connection: Socket): string | undefined {
  try {
    return peerOf(connection.getpeername());
  } catch {
    return undefined;
  }
}
