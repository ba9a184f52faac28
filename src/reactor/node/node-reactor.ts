/**
 * The reactor over Node's own modules: `node:net` and `node:dgram`. It runs wherever Node runs, and is the reference for the others.
 *
 * What it cannot do, because Node has no means for it, it refuses: watching descriptors, UNIX datagrams.
 */
import { Deferred } from "../../deferred/deferred.ts";
import type { NameResolver } from "../../endpoint/name-resolver.ts";
import { SystemNameResolver } from "../../endpoint/system-name-resolver.ts";
import type { DatagramProtocolLike } from "../../protocol/datagram-protocol.ts";
import type { ClientFactoryLike, FactoryLike } from "../../protocol/factory.ts";
import { checkIPAddress, checkPort } from "../../transport/ports.ts";
import type { Connector, ListeningPort, MulticastTransport, UDPTransport } from "../../transport/transport.ts";
import { WriteBatch } from "../../transport/write-batch.ts";
import { BaseReactor } from "../base-reactor.ts";
import { refuse } from "../not-supported.ts";
import type {
  ConnectTCPOptions,
  ConnectUNIXOptions,
  ListenMulticastOptions,
  ListenTCPOptions,
  ListenUDPOptions,
  ListenUNIXOptions,
  ReadDescriptor,
  Reactor,
  WriteDescriptor,
} from "../reactor.ts";
import { resolveIPv4 } from "../resolve.ts";
import type { StreamDialer } from "../stream-dialer.ts";
import { TCPConnector } from "../tcp-connector.ts";
import { UNIXConnector } from "../unix-connector.ts";
import { UNIXLock } from "../unix-lock.ts";
import { DatagramPort } from "./datagram-port.ts";
import { adoptConnection } from "./socket-connection.ts";
import { SocketDialer } from "./socket-dialer.ts";
import { SocketPort } from "./socket-port.ts";

const DEFAULT_BACKLOG = 511;
const DEFAULT_MODE = 0o666;

const USE_EPOLL = "use the epoll reactor";
const NOT_YET = "and no other has it in this version";

export class NodeReactor extends BaseReactor implements Reactor {
  readonly kind: string = "node";
  /** @internal Gathers the writes of all connections. */
  readonly batch: WriteBatch = new WriteBatch();
  protected readonly dialer: StreamDialer = new SocketDialer(this.batch);
  #nameResolver: NameResolver = new SystemNameResolver();

  get nameResolver(): NameResolver {
    return this.#nameResolver;
  }

  installNameResolver(resolver: NameResolver): NameResolver {
    const previous = this.#nameResolver;
    this.#nameResolver = resolver;
    return previous;
  }

  resolve(name: string): Deferred<string> {
    return resolveIPv4(this.#nameResolver, name);
  }

  listenTCP(port: number, factory: FactoryLike, options: ListenTCPOptions = {}): ListeningPort {
    checkPort("listen on", port);
    const host = options.interface ? checkIPAddress("listen on the interface", options.interface) : "0.0.0.0";
    const ipv6Only = host.includes(":");
    const listen = { port, host, ipv6Only, backlog: options.backlog ?? DEFAULT_BACKLOG };
    return this.#listen(new SocketPort({ listen, interface: options.interface ?? "", port }, factory, this));
  }

  connectTCP(host: string, port: number, factory: ClientFactoryLike, options: ConnectTCPOptions = {}): Connector {
    checkPort("connect to", port);
    if (typeof host !== "string" || host === "") {
      throw new TypeError(`Cannot connect to ${JSON.stringify(host)}: expected the name or the address of a host`);
    }
    const { bindAddress } = options;
    if (bindAddress?.host !== undefined) checkIPAddress("connect from", bindAddress.host);
    if (bindAddress?.port !== undefined) checkPort("connect from", bindAddress.port);
    return this.#connect(new TCPConnector(this, this.dialer, { host, port }, factory, options));
  }

  listenUNIX(address: string, factory: FactoryLike, options: ListenUNIXOptions = {}): ListeningPort {
    const listen = { path: checkPath(address), backlog: options.backlog ?? DEFAULT_BACKLOG };
    const lock = options.wantPID === true ? new UNIXLock(address) : undefined;
    const mode = options.mode ?? DEFAULT_MODE;
    return this.#listen(new SocketPort({ listen, interface: address, port: null, mode, lock }, factory, this));
  }

  connectUNIX(address: string, factory: ClientFactoryLike, options: ConnectUNIXOptions = {}): Connector {
    return this.#connect(new UNIXConnector(this, this.dialer, checkPath(address), factory, options));
  }

  listenUDP(port: number, protocol: DatagramProtocolLike, options: ListenUDPOptions = {}): UDPTransport {
    return this.listenMulticast(port, protocol, options);
  }

  listenMulticast(
    port: number,
    protocol: DatagramProtocolLike,
    options: ListenMulticastOptions = {},
  ): MulticastTransport {
    checkPort("listen on", port);
    if (options.interface) checkIPAddress("listen on the interface", options.interface);
    const transport = new DatagramPort(port, protocol, this, options);
    transport.startListening();
    return transport;
  }

  adoptStreamPort(fd: number, _family: "ipv4" | "ipv6" | "unix", factory: FactoryLike): ListeningPort {
    const place = { listen: { fd: checkDescriptor(fd) }, interface: `descriptor ${fd}`, port: null };
    return this.#listen(new SocketPort(place, factory, this));
  }

  adoptStreamConnection(fd: number, _family: "ipv4" | "ipv6" | "unix", factory: FactoryLike): void {
    adoptConnection(checkDescriptor(fd), factory, this);
  }

  adoptDatagramPort(
    fd: number,
    family: "ipv4" | "ipv6",
    protocol: DatagramProtocolLike,
    options: ListenUDPOptions = {},
  ): UDPTransport {
    const transport = new DatagramPort(0, protocol, this, { ...options, fd: checkDescriptor(fd), family });
    transport.startListening();
    return transport;
  }

  listenUNIXDatagram(): ListeningPort {
    return refuse(this.kind, "listenUNIXDatagram", USE_EPOLL);
  }

  connectUNIXDatagram(): ListeningPort {
    return refuse(this.kind, "connectUNIXDatagram", USE_EPOLL);
  }

  addReader(): void {
    refuse(this.kind, "addReader", USE_EPOLL);
  }

  addWriter(): void {
    refuse(this.kind, "addWriter", USE_EPOLL);
  }

  removeReader(): void {
    refuse(this.kind, "removeReader", USE_EPOLL);
  }

  removeWriter(): void {
    refuse(this.kind, "removeWriter", USE_EPOLL);
  }

  removeAll(): (ReadDescriptor | WriteDescriptor)[] {
    return [];
  }

  getReaders(): ReadDescriptor[] {
    return [];
  }

  getWriters(): WriteDescriptor[] {
    return [];
  }

  callInThread(): void {
    refuse(this.kind, "callInThread", NOT_YET);
  }

  getThreadPool(): unknown {
    return refuse(this.kind, "getThreadPool", NOT_YET);
  }

  suggestThreadPoolSize(): void {
    refuse(this.kind, "suggestThreadPoolSize", NOT_YET);
  }

  listenSSL(): ListeningPort {
    return refuse(this.kind, "listenSSL", NOT_YET);
  }

  connectSSL(): Connector {
    return refuse(this.kind, "connectSSL", NOT_YET);
  }

  spawnProcess(): unknown {
    return refuse(this.kind, "spawnProcess", NOT_YET);
  }

  #listen(port: SocketPort): ListeningPort {
    port.startListening();
    return port;
  }

  #connect<C extends Connector>(connector: C): C {
    connector.connect();
    return connector;
  }
}

function checkPath(path: string): string {
  if (typeof path === "string" && path !== "") return path;
  throw new TypeError(`Cannot use the UNIX socket ${JSON.stringify(path)}: expected a path`);
}

function checkDescriptor(fd: number): number {
  if (Number.isInteger(fd) && fd >= 0) return fd;
  throw new RangeError(`Cannot adopt the descriptor ${String(fd)}: expected a whole number, 0 or more`);
}
