/**
 * A `dgram.Socket` as the handle of a datagram port.
 *
 * Node looks up every address that it is given, IP addresses as well, and therefore binds, connects and sends a tick later. A lookup of
 * ours that answers at once makes all three happen inside the call: what is refused is refused there, a datagram leaves before
 * `write` returns, and closing loses none.
 */
import { createSocket } from "node:dgram";
import type { RemoteInfo, Socket } from "node:dgram";
import type { InternetAddress } from "../../transport/address.ts";
import type { DatagramEvents, DatagramHandle } from "../../transport/datagram-handle.ts";
import type { InternetFamily } from "../../transport/datagrams.ts";
import { ConnectError } from "../../transport/errors.ts";
import { internetAddress } from "../../transport/ports.ts";
import type { DatagramPlace, DatagramSocketOptions } from "../datagram-port.ts";

/** Datagrams that the system has no room for wait in a queue of Node's; where this many bytes do, further ones are dropped. */
const QUEUE_LIMIT = 256 * 1024;

export class DatagramSocket implements DatagramHandle {
  readonly #socket: Socket;
  readonly #events: DatagramEvents;
  #host: InternetAddress;
  /** Most datagrams come from where the last one came from, and addresses are values: they share one object. */
  #lastPeer: InternetAddress | undefined = undefined;

  /** Opens a socket and binds it, or throws what the system says. */
  constructor(
    place: DatagramPlace,
    events: DatagramEvents,
    { family, reuseAddr }: Pick<DatagramSocketOptions, "family" | "reuseAddr">,
  ) {
    // Node would open a socket of its own.
    if ("fd" in place && place.fd === 0) throw new RangeError("Node cannot take over this one");
    this.#events = events;
    this.#socket = createSocket({
      type: family === "ipv4" ? "udp4" : "udp6",
      ipv6Only: family === "ipv6",
      reuseAddr,
      lookup: (host, _options, callback) => callback(null, host, family === "ipv4" ? 4 : 6),
    });
    try {
      this.#bind(place);
      this.#host = this.#boundAddress(family);
    } catch (error) {
      this.#socket.close();
      throw error;
    }
    this.#socket.on("message", (datagram, info) => events.received(datagram, this.#addressOf(info)));
    this.#socket.on("error", (error) => events.failed(error));
  }

  getHost(): InternetAddress {
    return this.#host;
  }

  send(bytes: Uint8Array, host: string, port: number): void {
    if (this.#hasRoom()) this.#socket.send(bytes, port, host, this.#sent);
  }

  sendToPeer(bytes: Uint8Array): void {
    if (this.#hasRoom()) this.#socket.send(bytes, this.#sent);
  }

  connect(host: string, port: number): InternetAddress {
    // Why the system refuses is said to the callback, a tick too late; that it does can be seen at once.
    this.#socket.connect(port, host, () => {});
    let peer: InternetAddress;
    try {
      const info = this.#socket.remoteAddress();
      peer = internetAddress("UDP", info.address, info.port);
    } catch {
      throw new ConnectError(`Cannot connect to ${host}:${port}: the system refuses, expected an address it can reach`);
    }
    // A socket that was bound to all addresses is now bound to the one that leads to the peer.
    const info = this.#socket.address();
    this.#host = internetAddress("UDP", info.address, info.port);
    this.#lastPeer = peer;
    return peer;
  }

  setBroadcast(enabled: boolean): void {
    this.#socket.setBroadcast(enabled);
  }

  setMulticastTTL(ttl: number): void {
    this.#socket.setMulticastTTL(ttl);
  }

  setMulticastLoopback(enabled: boolean): void {
    this.#socket.setMulticastLoopback(enabled);
  }

  setMulticastInterface(address: string): void {
    this.#socket.setMulticastInterface(address);
  }

  joinGroup(group: string, networkInterface: string | undefined): void {
    this.#socket.addMembership(group, networkInterface);
  }

  leaveGroup(group: string, networkInterface: string | undefined): void {
    this.#socket.dropMembership(group, networkInterface);
  }

  close(): void {
    this.#socket.close();
  }

  #bind(place: DatagramPlace): void {
    let refusal: Error | undefined;
    const refused = (error: Error): void => void (refusal = error);
    this.#socket.once("error", refused);
    // Exclusive: in a worker of a cluster, too, a port belongs to the one who opens it. Two clients that shared one would get each
    // other's answers.
    this.#socket.bind({ ...place, exclusive: true });
    this.#socket.off("error", refused);
    if (refusal !== undefined) throw refusal;
  }

  /** The address this is bound to. Adopted descriptors may be of another family than was said, and then nothing would arrive. */
  #boundAddress(wanted: InternetFamily): InternetAddress {
    const { address, family, port } = this.#socket.address();
    if (family.toLowerCase() === wanted) return internetAddress("UDP", address, port);
    throw new TypeError(`Cannot use a socket of the family ${family}: expected ${wanted}`);
  }

  #addressOf(info: RemoteInfo): InternetAddress {
    const last = this.#lastPeer;
    if (last !== undefined && last.port === info.port && last.host === info.address) return last;
    return (this.#lastPeer = internetAddress("UDP", info.address, info.port));
  }

  #hasRoom(): boolean {
    return this.#socket.getSendQueueSize() < QUEUE_LIMIT;
  }

  /** One function for all datagrams: none of them has to allocate its own. */
  readonly #sent = (error: Error | null): void => {
    if (error !== null) this.#events.failed(error);
  };
}
