/**
 * The border between a datagram port, which is the same everywhere, and what moves its datagrams: a `dgram.Socket`, a descriptor of
 * the native core, a simulated wire.
 */
import type { InternetAddress } from "./address.ts";

/** What a backend offers for one bound socket. The methods throw what the system says where it refuses at once. */
export interface DatagramHandle {
  /** The address that is bound now: connecting may change it. */
  getHost(): InternetAddress;
  /** Sends one datagram. What the system has no room for may be dropped. `bytes` belong to the handle until they are sent. */
  send(bytes: Uint8Array, host: string, port: number): void;
  /** The same, to the address this is connected to. */
  sendToPeer(bytes: Uint8Array): void;
  /** Connects, and answers the peer's address as `DatagramEvents.received` will give it. */
  connect(host: string, port: number): InternetAddress;
  setBroadcast(enabled: boolean): void;
  setMulticastTTL(ttl: number): void;
  setMulticastLoopback(enabled: boolean): void;
  setMulticastInterface(address: string): void;
  /** `networkInterface` is the address of an interface; without it the system chooses. */
  joinGroup(group: string, networkInterface: string | undefined): void;
  leaveGroup(group: string, networkInterface: string | undefined): void;
  /** Closes now. */
  close(): void;
}

/** What a backend tells the port. After `close`, nothing. */
export interface DatagramEvents {
  /** A datagram, which belongs to the port from now on, and who sent it. */
  received(datagram: Buffer, address: InternetAddress): void;
  /** Sending or receiving one datagram has failed, perhaps one that was sent long ago; the socket goes on. */
  failed(error: Error): void;
}
