/**
 * A port for datagrams over UDP, and the transport of its protocol, whatever moves the datagrams below it.
 *
 * What a datagram may be, where it may go, and what the socket is set to is checked and remembered here; its life is that of every datagram port.
 */
import { inspect } from "node:util";
import type { Deferred } from "../deferred/deferred.ts";
import { execute } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import type { DatagramProtocolLike } from "../protocol/datagram-protocol.ts";
import type { HostAndPort, InternetAddress } from "../transport/address.ts";
import type { DatagramEvents, DatagramHandle } from "../transport/datagram-handle.ts";
import { datagramBytes, destinationHost, destinationPort, isLimitedBroadcast } from "../transport/datagrams.ts";
import type { InternetFamily } from "../transport/datagrams.ts";
import {
  AlreadyConnectedError,
  getConnectError,
  InvalidAddressError,
  MulticastJoinError,
} from "../transport/errors.ts";
import { checkIPAddress } from "../transport/ports.ts";
import type { ListeningPort, MulticastTransport } from "../transport/transport.ts";
import { BaseDatagramPort } from "./base-datagram-port.ts";
import type { PortReactor } from "./base-datagram-port.ts";
import type { ListenUDPOptions } from "./reactor.ts";

/** What a socket is set to. Remembered, for not every system can be asked. */
interface Settings {
  broadcast: boolean;
  ttl: number;
  loopback: boolean;
  outgoingInterface: string;
}

/** What a port is connected to. */
interface Peer {
  /** The host as the program wrote it. */
  readonly given: string;
  /** The address as the system writes it, which datagrams come from. */
  readonly address: InternetAddress;
}

export abstract class UDPPort
  extends BaseDatagramPort<DatagramProtocolLike, DatagramHandle>
  implements MulticastTransport, DatagramEvents
{
  readonly #family: InternetFamily;
  #settings: Settings;
  #peer: Peer | undefined = undefined;
  /** The last host that was checked: most datagrams go where the last one went. */
  #knownHost: string | undefined = undefined;

  constructor(
    family: InternetFamily,
    protocol: DatagramProtocolLike,
    reactor: PortReactor,
    options: Pick<ListenUDPOptions, "maxPacketSize">,
  ) {
    super(protocol, reactor, options.maxPacketSize);
    this.#family = family;
    this.#settings = defaultSettings(family);
  }

  whenListening(): Deferred<ListeningPort> {
    return this.listening(this);
  }

  getHost(): InternetAddress {
    return this.requireHandle("tell the address").getHost();
  }

  write(packet: string | Uint8Array, address?: HostAndPort): void {
    const handle = this.requireHandle("send a datagram");
    const bytes = datagramBytes(packet, this.#family);
    this.traffic.bytesSent += bytes.length;
    const peer = this.#peer;
    if (peer !== undefined) {
      if (address != null) requirePeer(address, peer);
      handle.sendToPeer(bytes);
      return;
    }
    if (address == null) {
      throw new InvalidStateError(
        "Cannot send a datagram without an address: the port is not connected, expected it to be",
      );
    }
    const { host, port } = address;
    const isKnown = host !== undefined && host === this.#knownHost;
    handle.send(bytes, isKnown ? host : this.#checkedHost(host), destinationPort(port));
  }

  writeSequence(pieces: Iterable<string | Uint8Array>, address?: HostAndPort): void {
    const parts: Uint8Array[] = [];
    for (const piece of pieces) parts.push(datagramBytes(piece, this.#family));
    this.write(Buffer.concat(parts), address);
  }

  connect(host: string, port: number): void {
    const handle = this.requireHandle("connect");
    if (this.#peer !== undefined) {
      throw new AlreadyConnectedError(
        `Cannot connect to ${host}:${port}: the port is connected to ${nameOf(this.#peer)}, expected it not to be`,
      );
    }
    const given = destinationHost(host, this.#family);
    destinationPort(port);
    try {
      this.#peer = { given, address: handle.connect(given, port) };
    } catch (error) {
      throw getConnectError(error);
    }
  }

  setBroadcastAllowed(enabled: boolean): void {
    this.requireHandle("allow broadcasts").setBroadcast(enabled);
    this.#settings.broadcast = enabled;
    this.#knownHost = undefined;
  }

  getBroadcastAllowed(): boolean {
    return this.#settings.broadcast;
  }

  joinGroup(group: string, networkInterface?: string): Deferred<void> {
    return this.#member("join", group, networkInterface);
  }

  leaveGroup(group: string, networkInterface?: string): Deferred<void> {
    return this.#member("leave", group, networkInterface);
  }

  setTTL(ttl: number): void {
    if (!Number.isInteger(ttl) || ttl < 0 || ttl > 255) {
      const message = `Cannot set the TTL to ${inspect(ttl)}: expected a whole number from 0 to 255`;
      throw typeof ttl === "number" ? new RangeError(message) : new TypeError(message);
    }
    this.requireHandle("set the TTL").setMulticastTTL(ttl);
    this.#settings.ttl = ttl;
  }

  getTTL(): number {
    return this.#settings.ttl;
  }

  setLoopbackMode(enabled: boolean): void {
    this.requireHandle("set the loopback mode").setMulticastLoopback(enabled);
    this.#settings.loopback = enabled;
  }

  getLoopbackMode(): boolean {
    return this.#settings.loopback;
  }

  setOutgoingInterface(address: string): Deferred<void> {
    return execute(() => {
      checkIPAddress("send to groups from", address);
      const handle = this.requireHandle("set the outgoing interface");
      try {
        handle.setMulticastInterface(address);
      } catch (error) {
        const said = (error as Error).message;
        throw new InvalidAddressError(address, `Cannot send to groups from ${address}: ${said}`);
      }
      this.#settings.outgoingInterface = address;
    });
  }

  getOutgoingInterface(): string {
    return this.#settings.outgoingInterface;
  }

  received(datagram: Buffer, address: InternetAddress): void {
    if (!this.listens) return;
    this.traffic.bytesReceived += datagram.length;
    // What had arrived before the port was connected may come from anybody.
    if (this.#peer !== undefined && !isSame(address, this.#peer.address)) return;
    const taken = datagram.length > this.maxPacketSize ? datagram.subarray(0, this.maxPacketSize) : datagram;
    try {
      this.protocol.datagramReceived(taken, address);
    } catch (error) {
      this.notTaken(error);
    }
  }

  protected override start(): void {
    this.#settings = defaultSettings(this.#family);
    this.protocol.makeConnection(this);
  }

  protected override isConnected(): boolean {
    return this.#peer !== undefined;
  }

  protected override where(handle: DatagramHandle): string {
    return String(handle.getHost().port);
  }

  protected override forget(): void {
    this.#peer = undefined;
    this.#knownHost = undefined;
  }

  #checkedHost(given: string): string {
    const host = destinationHost(given, this.#family);
    if (isLimitedBroadcast(host) && !this.#settings.broadcast) {
      throw new InvalidStateError(
        `Cannot send to ${host}: broadcasts are not allowed, expected setBroadcastAllowed(true) first`,
      );
    }
    if (host === given) this.#knownHost = host;
    return host;
  }

  #member(what: "join" | "leave", group: string, networkInterface: string = ""): Deferred<void> {
    return execute(() => {
      checkIPAddress(`${what} the multicast group`, group);
      if (networkInterface !== "") checkIPAddress(`${what} a multicast group on`, networkInterface);
      const handle = this.requireHandle(`${what} the multicast group ${group}`);
      try {
        if (what === "join") handle.joinGroup(group, networkInterface || undefined);
        else handle.leaveGroup(group, networkInterface || undefined);
      } catch (error) {
        const said = (error as Error).message;
        throw new MulticastJoinError(`Cannot ${what} the multicast group ${group}: ${said}`, { cause: error });
      }
    });
  }
}

function requirePeer(address: HostAndPort, peer: Peer): void {
  const { port } = peer.address;
  if (address.port === port && (address.host === peer.address.host || address.host === peer.given)) return;
  throw new InvalidStateError(
    `Cannot send to ${address.host}:${address.port}: the port is connected to ${nameOf(peer)}, expected that address or none`,
  );
}

function nameOf(peer: Peer): string {
  return `${peer.given}:${peer.address.port}`;
}

function isSame(one: HostAndPort, other: HostAndPort): boolean {
  return one.port === other.port && one.host === other.host;
}

function defaultSettings(family: InternetFamily): Settings {
  return { broadcast: false, ttl: 1, loopback: true, outgoingInterface: family === "ipv4" ? "0.0.0.0" : "::" };
}
