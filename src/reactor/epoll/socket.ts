/**
 * Sockets for programs that watch them themselves, with `reactor.addReader` and `addWriter`: thin, synchronous, never blocking.
 *
 * What would have to wait is said by a value, `"wouldBlock"` or `"inProgress"`; errors of the system are thrown as Node's are. A socket that is
 * forgotten without having been closed is closed when it is collected, with a warning.
 */
import { inspect } from "node:util";
import { InvalidStateError } from "../../errors.ts";
import { Logger } from "../../logger/logger.ts";
import type { Address, HostAndPort } from "../../transport/address.ts";
import { NotSupportedByReactorError } from "../errors.ts";
import { loadNativeCore, whyNotLoaded } from "./native-core.ts";
import type { NativeCore } from "./native-core.ts";
import { internetAddressFromName, unixAddressFromName } from "./slot-address.ts";
import { systemError } from "./system-error.ts";

const log = new Logger({ namespace: "hawser.reactor" });

/** IPv4, IPv6, or this machine. */
export type SocketFamily = "inet" | "inet6" | "unix";
export type SocketKind = "stream" | "dgram";

/** The options of sockets. `linger` is in seconds, and off where it is negative. */
export type SocketOption =
  | "reuseAddress"
  | "reusePort"
  | "broadcast"
  | "keepAlive"
  | "linger"
  | "noDelay"
  | "ipv6Only"
  | "receiveBuffer"
  | "sendBuffer"
  | "multicastTTL"
  | "multicastLoopback";

export interface SocketOptions {
  /** The descriptor of an open socket of this family and kind that does not block, to take over instead of opening one. */
  readonly fd?: number;
}

/** A host, which is an IP address, and a port; or the path of a UNIX socket. */
export type SocketAddress = HostAndPort | string;

const FAMILIES: readonly SocketFamily[] = ["inet", "inet6", "unix"];
const KINDS: readonly SocketKind[] = ["stream", "dgram"];
const DIRECTIONS: readonly string[] = ["receiving", "sending", "both"];
/** Their numbers are those of `native/socket_objects.c`. */
const OPTIONS: Readonly<Record<Exclude<SocketOption, "multicastTTL" | "multicastLoopback">, number>> = {
  reuseAddress: 0,
  reusePort: 1,
  broadcast: 2,
  keepAlive: 3,
  linger: 4,
  noDelay: 5,
  ipv6Only: 6,
  receiveBuffer: 7,
  sendBuffer: 8,
};
const MULTICAST = { multicastTTL: [9, 11], multicastLoopback: [10, 12] } as const;
const SO_ERROR = 13;
const EAGAIN = -11;
const EINPROGRESS = -115;
const CLOSED = -1;
const NO_PORT = -1;
const ADDRESS_SPACE = 136;
const MOST_AT_ONCE = 2 ** 30;
const NOWHERE = new Uint8Array(0);

/** Asks for no memory before the first socket is made. */
let forgotten: FinalizationRegistry<number> | undefined;

/**
 * A socket that never blocks.
 *
 * @example
 * const server = new Socket("inet", "stream");
 * server.bind({ host: "127.0.0.1", port: 0 });
 * server.listen();
 * assert.equal(server.accept(), "wouldBlock");
 * server.close();
 */
export class Socket {
  readonly family: SocketFamily;
  readonly kind: SocketKind;
  readonly #native: NativeCore;
  #fd = CLOSED;

  /** Throws `NotSupportedByReactorError` where the native core does not load, and what the system says where there is no socket to be had. */
  constructor(family: SocketFamily, kind: SocketKind = "stream", { fd }: SocketOptions = {}) {
    this.family = oneOf(FAMILIES, family, "family");
    this.kind = oneOf(KINDS, kind, "kind");
    const native = loadNativeCore();
    if (native === null) {
      throw new NotSupportedByReactorError(
        `Cannot open a socket: the native core does not load (${whyNotLoaded()}), which the epoll reactor needs as well`,
      );
    }
    this.#native = native;
    this.#own(fd ?? this.#check("socket", native.socketOpen(FAMILIES.indexOf(family), KINDS.indexOf(kind))));
  }

  /** The number that the system knows this socket by; -1 when it is closed. */
  fileno(): number {
    return this.#fd;
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#fd === CLOSED;
  }

  bind(address: SocketAddress): void {
    this.#check("bind", this.#native.socketBind(this.#open("bind"), ...this.#place(address)));
  }

  /** Connects, or begins to: then the socket is writable when that is over, and `takeError` says how. `"wouldBlock"`: a UNIX server is busy. */
  connect(address: SocketAddress): "connected" | "inProgress" | "wouldBlock" {
    const status = this.#native.socketConnect(this.#open("connect"), ...this.#place(address));
    if (status === EINPROGRESS) return "inProgress";
    if (status === EAGAIN) return "wouldBlock";
    this.#check("connect", status);
    return "connected";
  }

  listen(backlog: number = 511): void {
    this.#check("listen", this.#native.socketListen(this.#open("listen"), whole("backlog", backlog)));
  }

  /** The next connection, as a socket. */
  accept(): Socket | "wouldBlock" {
    const fd = this.#native.socketAccept(this.#open("accept"));
    if (fd === EAGAIN) return "wouldBlock";
    return new Socket(this.family, this.kind, { fd: this.#check("accept", fd) });
  }

  /** Up to `size` bytes; none at the end of a stream. */
  recv(size: number): Buffer | "wouldBlock" {
    const bytes = Buffer.allocUnsafe(bounded(size));
    const count = this.#native.socketReceive(this.#open("receive"), bytes, NOWHERE);
    return count === EAGAIN ? "wouldBlock" : exact(bytes, this.#check("recv", count));
  }

  /** The same, and where it came from. */
  recvfrom(size: number): { readonly data: Buffer; readonly address: Address } | "wouldBlock" {
    const bytes = Buffer.allocUnsafe(bounded(size));
    const from = Buffer.alloc(ADDRESS_SPACE);
    const count = this.#native.socketReceive(this.#open("receive"), bytes, from);
    if (count === EAGAIN) return "wouldBlock";
    this.#check("recvfrom", count);
    // A stream tells no addresses, and a datagram none where its sender has no name.
    const name =
      this.kind === "stream" && from.readUInt32LE(0) === 0
        ? this.#native.socketName(this.#fd, 1)
        : this.#native.decodeAddress(from);
    return { data: exact(bytes, count), address: this.#address(name) };
  }

  /** How many bytes the system took; perhaps not all. */
  send(data: string | Uint8Array): number | "wouldBlock" {
    return this.#send(data, "", NO_PORT);
  }

  sendto(data: string | Uint8Array, address: SocketAddress): number | "wouldBlock" {
    return this.#send(data, ...this.#place(address));
  }

  /** Ends one direction, or both. */
  shutdown(how: "receiving" | "sending" | "both"): void {
    const fd = this.#open("shut down");
    this.#check("shutdown", this.#native.socketShutdown(fd, DIRECTIONS.indexOf(oneOf(DIRECTIONS, how, "direction"))));
  }

  /** Closes it; again, it does nothing. Stop watching it first. */
  close(): void {
    if (this.#fd === CLOSED) return;
    const fd = this.#fd;
    this.#fd = CLOSED;
    forgotten?.unregister(this);
    this.#native.socketClose(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The address of this end. */
  getsockname(): Address {
    return this.#address(this.#native.socketName(this.#open("tell the address"), 0));
  }

  /** The address of the other end. */
  getpeername(): Address {
    return this.#address(this.#native.socketName(this.#open("tell the peer"), 1));
  }

  setsockopt(option: SocketOption, value: number | boolean): void {
    const number = typeof value === "boolean" ? Number(value) : value;
    if (!Number.isInteger(number))
      throw new TypeError(`Cannot set ${option} to ${inspect(value)}: expected a whole number`);
    this.#check("setsockopt", this.#native.socketSetOption(this.#open("set an option"), this.#option(option), number));
  }

  getsockopt(option: SocketOption): number {
    return this.#getOption(this.#option(option));
  }

  /** What went wrong since this was asked last: how connecting has ended. */
  takeError(): Error | undefined {
    const error = this.#getOption(SO_ERROR);
    return error === 0 ? undefined : systemError(this.#native, "connect", -error);
  }

  /** Joins a multicast group, on the interface that has the address `networkInterface` if one is given. */
  joinGroup(group: string, networkInterface: string = ""): void {
    this.#setMembership(1, group, networkInterface);
  }

  leaveGroup(group: string, networkInterface: string = ""): void {
    this.#setMembership(0, group, networkInterface);
  }

  #setMembership(join: number, group: string, networkInterface: string): void {
    const fd = this.#open("change groups");
    this.#check("setsockopt", this.#native.socketSetMembership(fd, join, group, networkInterface, 0));
  }

  #send(data: string | Uint8Array, host: string, port: number): number | "wouldBlock" {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (!(bytes instanceof Uint8Array)) {
      throw new TypeError(`Cannot send ${inspect(data, { depth: 0 })}: expected a string or a Uint8Array`);
    }
    const count = this.#native.socketSend(this.#open("send"), bytes, host, port);
    return count === EAGAIN ? "wouldBlock" : this.#check("send", count);
  }

  #own(fd: number): void {
    this.#fd = fd;
    const native = this.#native;
    forgotten ??= new FinalizationRegistry((lost) => {
      native.socketClose(lost);
      log.warn("The socket {fd} was forgotten and is closed now: close sockets when you are done with them", {
        fd: lost,
      });
    });
    forgotten.register(this, fd, this);
  }

  #open(what: string): number {
    if (this.#fd !== CLOSED) return this.#fd;
    throw new InvalidStateError(`Cannot ${what}: the socket is closed, expected it to be open`);
  }

  #check(syscall: string, status: number): number {
    if (status < 0) throw systemError(this.#native, syscall, status);
    return status;
  }

  #place(address: SocketAddress): [string, number] {
    if (this.family === "unix" && typeof address === "string" && address !== "") return [address, NO_PORT];
    if (this.family !== "unix" && typeof address === "object" && address !== null) {
      const { host, port } = address;
      const fits = typeof host === "string" && host.includes(":") === (this.family === "inet6");
      if (fits && Number.isInteger(port) && port >= 0 && port <= 65_535) return [host, port];
    }
    const expected = this.family === "unix" ? "a path" : `a host of the family ${this.family} and a port`;
    throw new TypeError(`Cannot use the address ${inspect(address)}: expected ${expected}`);
  }

  #address(name: string | number): Address {
    if (typeof name === "number") throw systemError(this.#native, "getsockname", name);
    if (this.family === "unix") return unixAddressFromName(name);
    return internetAddressFromName(this.kind === "stream" ? "TCP" : "UDP", name);
  }

  #option(option: SocketOption): number {
    if (option === "multicastTTL" || option === "multicastLoopback") {
      return MULTICAST[option][this.family === "inet6" ? 1 : 0];
    }
    if (Object.hasOwn(OPTIONS, option)) return OPTIONS[option];
    const known = [...Object.keys(OPTIONS), ...Object.keys(MULTICAST)].join(", ");
    throw new TypeError(`Cannot use the option ${inspect(option)}: expected one of ${known}`);
  }

  #getOption(option: number): number {
    const result = new Int32Array(1);
    this.#check("getsockopt", this.#native.socketGetOption(this.#open("tell an option"), option, result));
    return result[0]!;
  }
}

function oneOf<T extends string>(known: readonly T[], value: T, what: string): T {
  if (known.includes(value)) return value;
  throw new TypeError(`Cannot use the ${what} ${inspect(value)}: expected one of ${known.join(", ")}`);
}

function whole(what: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value;
  throw new RangeError(`Cannot use the ${what} ${inspect(value)}: expected a whole number, 0 or more`);
}

function bounded(size: number): number {
  if (whole("size", size) > 0 && size <= MOST_AT_ONCE) return size;
  throw new RangeError(`Cannot receive ${size} bytes at once: expected 1 to ${MOST_AT_ONCE}`);
}

/** Who asked for much and got little keeps little. */
function exact(bytes: Buffer, length: number): Buffer {
  return length * 2 < bytes.length ? Buffer.from(bytes.subarray(0, length)) : bytes.subarray(0, length);
}
