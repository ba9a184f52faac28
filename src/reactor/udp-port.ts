/**
 * A port for datagrams over UDP, and the transport of its protocol, whatever moves the datagrams below it.
 *
 * The port is bound before `startListening` returns, and the protocol started: it may write in `startProtocol`. It is closed in a later turn
 * than `stopListening`, so that `stopProtocol` is never called from inside another call of the protocol; when the reactor shuts down, at once.
 *
 * Datagrams get lost, so a datagram that cannot be sent or received is no reason to close the port: what the network says is
 * told to the protocol where it is a refusal by the connected peer, and logged otherwise.
 */
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import { execute, succeed } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import { inspectable } from "../inspectable.ts";
import { Logger } from "../logger/logger.ts";
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
  NotListeningError,
} from "../transport/errors.ts";
import { checkIPAddress } from "../transport/ports.ts";
import type { ListeningPort, MulticastTransport } from "../transport/transport.ts";
import type { BaseReactor, Closable } from "./base-reactor.ts";
import type { ListenUDPOptions } from "./reactor.ts";

const log = new Logger({ namespace: "hawser.reactor" });

const DEFAULT_MAX_PACKET_SIZE = 8192;

/** The peer has nobody who listens. Windows has several names for it. */
const REFUSALS: ReadonlySet<string | undefined> = new Set(["ECONNREFUSED", "ECONNRESET", "ENETRESET"]);
/** The system had no room for a datagram, or the port was closed before it had. */
const DROPS: ReadonlySet<string | undefined> = new Set(["EAGAIN", "ENOBUFS", "ECANCELED"]);

type PortState =
  | { readonly name: "closed" }
  | { readonly name: "listening"; readonly handle: DatagramHandle }
  | { readonly name: "closing"; readonly handle: DatagramHandle };

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

export abstract class UDPPort implements MulticastTransport, DatagramEvents, Closable {
  readonly #protocol: DatagramProtocolLike;
  readonly #reactor: BaseReactor;
  readonly #family: InternetFamily;
  readonly #maxPacketSize: number;
  #state: PortState = { name: "closed" };
  #settings: Settings;
  #closed: Deferred<void>[] = [];
  #peer: Peer | undefined = undefined;
  /** The last host that was checked: most datagrams go where the last one went. */
  #knownHost: string | undefined = undefined;

  constructor(
    family: InternetFamily,
    protocol: DatagramProtocolLike,
    reactor: BaseReactor,
    options: Pick<ListenUDPOptions, "maxPacketSize">,
  ) {
    this.#family = family;
    this.#protocol = protocol;
    this.#reactor = reactor;
    this.#maxPacketSize = checkPacketSize(options.maxPacketSize ?? DEFAULT_MAX_PACKET_SIZE);
    this.#settings = defaultSettings(family);
  }

  startListening(): void {
    if (this.#state.name !== "closed") {
      throw new InvalidStateError(`Cannot start listening: the port is ${this.#state.name}, expected it to be closed`);
    }
    this.#state = { name: "listening", handle: this.open() };
    this.#settings = defaultSettings(this.#family);
    this.#reactor.track(this);
    try {
      this.#protocol.makeConnection(this);
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  stopListening(): Deferred<void> {
    if (this.#state.name === "closed") return succeed();
    const closed = new Deferred<void>();
    this.#closed.push(closed);
    if (this.#state.name === "listening") {
      const closing: PortState = { name: "closing", handle: this.#state.handle };
      this.#state = closing;
      setImmediate(() => {
        // Until then it may have been closed, and opened again.
        if (this.#state === closing) this.closeNow();
      });
    }
    return closed;
  }

  loseConnection(): void {
    this.stopListening().addErrback((failure) => log.failure("Closing a port failed", failure));
  }

  closeNow(): void {
    this.#close(() => {
      try {
        this.#protocol.doStop();
      } catch (error) {
        log.failure("{protocol} threw an error in stopProtocol", error, { protocol: this.#name });
      }
    });
  }

  whenListening(): Deferred<ListeningPort> {
    return execute(() => {
      this.#handle("wait for listening");
      return this;
    });
  }

  getHost(): InternetAddress {
    return this.#handle("tell the address").getHost();
  }

  write(packet: string | Uint8Array, address?: HostAndPort): void {
    const handle = this.#handle("send a datagram");
    const bytes = datagramBytes(packet, this.#family);
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
    const handle = this.#handle("connect");
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
    this.#handle("allow broadcasts").setBroadcast(enabled);
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
    this.#handle("set the TTL").setMulticastTTL(ttl);
    this.#settings.ttl = ttl;
  }

  getTTL(): number {
    return this.#settings.ttl;
  }

  setLoopbackMode(enabled: boolean): void {
    this.#handle("set the loopback mode").setMulticastLoopback(enabled);
    this.#settings.loopback = enabled;
  }

  getLoopbackMode(): boolean {
    return this.#settings.loopback;
  }

  setOutgoingInterface(address: string): Deferred<void> {
    return execute(() => {
      checkIPAddress("send to groups from", address);
      const handle = this.#handle("set the outgoing interface");
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
    if (this.#state.name !== "listening") return;
    // What had arrived before the port was connected may come from anybody.
    if (this.#peer !== undefined && !isSame(address, this.#peer.address)) return;
    const taken = datagram.length > this.#maxPacketSize ? datagram.subarray(0, this.#maxPacketSize) : datagram;
    try {
      this.#protocol.datagramReceived(taken, address);
    } catch (error) {
      log.failure("{protocol} threw an error in datagramReceived", error, { protocol: this.#name });
    }
  }

  failed(error: Error): void {
    if (this.#state.name !== "listening") return;
    const { code } = error as NodeJS.ErrnoException;
    if (DROPS.has(code)) return;
    if (!REFUSALS.has(code)) log.warn("{port} lost a datagram: {error}", { port: this, error: error.message });
    else if (this.#peer !== undefined) this.#refused();
    // Otherwise nobody knows which of all the datagrams was refused, and the protocol cannot do anything about it.
  }

  toString(): string {
    const where = this.#state.name === "closed" ? "not listening" : `on ${this.#state.handle.getHost().port}`;
    return `<${this.#name} ${where}>`;
  }

  /** Opens a socket and binds it, or throws `CannotListenError`. Its events are those of this port. */
  protected abstract open(): DatagramHandle;

  get #name(): string {
    return this.#protocol.constructor.name;
  }

  #handle(what: string): DatagramHandle {
    if (this.#state.name === "listening") return this.#state.handle;
    throw new NotListeningError(`Cannot ${what}: the port is ${this.#state.name}, expected it to listen`);
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
      const handle = this.#handle(`${what} the multicast group ${group}`);
      try {
        if (what === "join") handle.joinGroup(group, networkInterface || undefined);
        else handle.leaveGroup(group, networkInterface || undefined);
      } catch (error) {
        const said = (error as Error).message;
        throw new MulticastJoinError(`Cannot ${what} the multicast group ${group}: ${said}`, { cause: error });
      }
    });
  }

  #refused(): void {
    try {
      this.#protocol.connectionRefused?.();
    } catch (error) {
      log.failure("{protocol} threw an error in connectionRefused", error, { protocol: this.#name });
    }
  }

  /** Closes the socket, lets `then` tell the protocol, and then those who wait. */
  #close(then: () => void = () => {}): void {
    if (this.#state.name === "closed") return;
    const { handle } = this.#state;
    const waiting = this.#closed;
    this.#closed = [];
    this.#state = { name: "closed" };
    this.#peer = undefined;
    this.#knownHost = undefined;
    this.#reactor.untrack(this);
    handle.close();
    then();
    for (const deferred of waiting) deferred.callback();
  }

  static {
    inspectable(this.prototype, (port) => port.toString());
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

function checkPacketSize(size: number): number {
  if (Number.isInteger(size) && size > 0) return size;
  const message = `Cannot take datagrams of at most ${inspect(size)} bytes: expected a whole number above 0`;
  throw typeof size === "number" ? new RangeError(message) : new TypeError(message);
}
