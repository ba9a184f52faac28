/** A datagram port without a network: it keeps what is sent and notes what it is asked. */
import type { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/maybe-deferred.ts";
import type { DatagramProtocolLike } from "../protocol/datagram-protocol.ts";
import type { HostAndPort, InternetAddress } from "../transport/address.ts";
import { IPv4Address } from "../transport/address.ts";
import type { MulticastTransport } from "../transport/transport.ts";
import { bytesToWrite } from "./bytes-to-write.ts";

export interface FakeDatagramTransportOptions {
  /** What `getHost` answers; 10.0.0.1, port 12345 unless told otherwise. */
  readonly hostAddress?: InternetAddress;
  /** The protocol that is told when the port is closed and opened again. */
  readonly protocol?: DatagramProtocolLike;
}

/**
 * A transport for tests of a datagram protocol. It can do whatever a port can, and does none of it: nothing is sent, nobody is refused.
 *
 * @example
 * import { DatagramProtocol } from "hawser/protocol";
 * const transport = new FakeDatagramTransport();
 * const protocol = new DatagramProtocol();
 * protocol.makeConnection(transport);
 * protocol.transport.write("ping", { host: "127.0.0.1", port: 9999 });
 * assert.deepEqual(transport.written, [[Buffer.from("ping"), { host: "127.0.0.1", port: 9999 }]]);
 */
export class FakeDatagramTransport implements MulticastTransport {
  /** The datagrams, each with the address that was given for it, or `undefined`. */
  written: [packet: Buffer, address: HostAndPort | undefined][] = [];
  /** The address that `connect` was called with. */
  connectedTo: HostAndPort | undefined = undefined;
  /** The groups that were joined and not left, by interface: `"group"` or `"group interface"`. */
  readonly groups: Set<string> = new Set();
  /** Whether the port is open. */
  listening: boolean = true;
  readonly #hostAddress: InternetAddress;
  readonly #protocol: DatagramProtocolLike | undefined;
  #broadcastAllowed = false;
  #ttl = 1;
  #loopbackMode = true;
  #outgoingInterface = "0.0.0.0";

  constructor(options: FakeDatagramTransportOptions = {}) {
    this.#hostAddress = options.hostAddress ?? new IPv4Address("UDP", "10.0.0.1", 12345);
    this.#protocol = options.protocol;
  }

  write(packet: string | Uint8Array, address?: HostAndPort): void {
    this.written.push([bytesToWrite(packet), address]);
  }

  writeSequence(pieces: Iterable<string | Uint8Array>, address?: HostAndPort): void {
    this.written.push([Buffer.concat(Array.from(pieces, bytesToWrite)), address]);
  }

  connect(host: string, port: number): void {
    this.connectedTo = { host, port };
  }

  getHost(): InternetAddress {
    return this.#hostAddress;
  }

  startListening(): void {
    if (this.listening) return;
    this.listening = true;
    this.#protocol?.makeConnection(this);
  }

  stopListening(): Deferred<void> {
    if (this.listening) {
      this.listening = false;
      this.#protocol?.doStop();
    }
    return succeed();
  }

  loseConnection(): void {
    void this.stopListening();
  }

  whenListening(): Deferred<this> {
    return succeed(this);
  }

  getBroadcastAllowed(): boolean {
    return this.#broadcastAllowed;
  }

  setBroadcastAllowed(enabled: boolean): void {
    this.#broadcastAllowed = enabled;
  }

  joinGroup(group: string, networkInterface?: string): Deferred<void> {
    this.groups.add(membership(group, networkInterface));
    return succeed();
  }

  leaveGroup(group: string, networkInterface?: string): Deferred<void> {
    this.groups.delete(membership(group, networkInterface));
    return succeed();
  }

  getTTL(): number {
    return this.#ttl;
  }

  setTTL(ttl: number): void {
    this.#ttl = ttl;
  }

  getLoopbackMode(): boolean {
    return this.#loopbackMode;
  }

  setLoopbackMode(enabled: boolean): void {
    this.#loopbackMode = enabled;
  }

  getOutgoingInterface(): string {
    return this.#outgoingInterface;
  }

  setOutgoingInterface(address: string): Deferred<void> {
    this.#outgoingInterface = address;
    return succeed();
  }
}

function membership(group: string, networkInterface: string | undefined): string {
  return networkInterface === undefined ? group : `${group} ${networkInterface}`;
}
