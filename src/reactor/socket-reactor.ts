/**
 * What the reactors over sockets share, real and simulated ones: their methods, with the checks of what programs give. A backend opens the ports, makes the
 * connections of streams and binds the sockets for datagrams.
 *
 * What a reactor cannot do it refuses; those that can override the refusal.
 */
import type { Deferred } from "../deferred/deferred.ts";
import type { NameResolver } from "../endpoint/name-resolver.ts";
import { SystemNameResolver } from "../endpoint/system-name-resolver.ts";
import type { StartChild } from "../process/child.ts";
import { Process } from "../process/child-process.ts";
import type { ProcessTransport } from "../process/process-transport.ts";
import type { SpawnProcessOptions } from "../process/spawn-options.ts";
import { startChild } from "../process/start-child.ts";
import type { DatagramProtocolLike } from "../protocol/datagram-protocol.ts";
import type { ClientFactoryLike, FactoryLike } from "../protocol/factory.ts";
import type { ModuleFunction } from "../threads/thread-function.ts";
import { ThreadPool } from "../threads/thread-pool.ts";
import type { ThreadPoolLike } from "../threads/thread-pool-like.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import { checkIPAddress, checkPort } from "../transport/ports.ts";
import type {
  Connector,
  ListeningPort,
  MulticastTransport,
  UDPTransport,
  UNIXDatagramTransport,
} from "../transport/transport.ts";
import { checkContextFactory, secureOptions } from "../transport/secure-stream.ts";
import type { TLSContextFactory } from "../transport/secure-stream.ts";
import { WriteBatch } from "../transport/write-batch.ts";
import { BaseReactor } from "./base-reactor.ts";
import { refuse } from "./not-supported.ts";
import type {
  ConnectSSLOptions,
  ConnectTCPOptions,
  ConnectUNIXDatagramOptions,
  ConnectedUNIXDatagramProtocolLike,
  ConnectUNIXOptions,
  ListenMulticastOptions,
  ListenSSLOptions,
  ListenTCPOptions,
  ListenUDPOptions,
  ListenUNIXDatagramOptions,
  ListenUNIXOptions,
  ReadDescriptor,
  Reactor,
  RunOptions,
  UNIXDatagramProtocolLike,
  WriteDescriptor,
} from "./reactor.ts";
import { resolveIPv4 } from "./resolve.ts";
import { SecuringFactory } from "./securing-factory.ts";
import type { ReactorStatistics } from "./statistics.ts";
import type { StreamBackend } from "./stream-backend.ts";
import type { StreamPlace } from "./stream-place.ts";
import { TCPConnector } from "./tcp-connector.ts";
import { UNIXConnector } from "./unix-connector.ts";
import { UNIXLock } from "./unix-lock.ts";
import { DatagramPort } from "./datagram-port.ts";
import type { BindDatagrams, DatagramReactor } from "./datagram-port.ts";

const DEFAULT_BACKLOG = 511;
const DEFAULT_MODE = 0o666;
const MOST_THREADS = 10;

const USE_EPOLL = "use the epoll reactor";
const NOT_YET = "and no other has it in this version";

export abstract class SocketReactor extends BaseReactor implements Reactor, DatagramReactor {
  abstract readonly kind: string;
  /** @internal Gathers the writes of all connections. */
  readonly batch: WriteBatch = new WriteBatch(() => this.streams.flush?.());
  protected abstract readonly streams: StreamBackend;
  /** @internal */
  abstract readonly bindDatagrams: BindDatagrams;
  protected readonly startChild: StartChild = startChild;
  #nameResolver: NameResolver = new SystemNameResolver();
  #threadPool: ThreadPool | undefined = undefined;
  #threadsStopped: Deferred<void> | undefined = undefined;

  /** The run is over when the threads are: what they do is let to its end. */
  override async run(options: RunOptions = {}): Promise<void> {
    await super.run(options);
    await this.#threadsStopped;
    this.#threadsStopped = undefined;
  }

  statistics(): ReactorStatistics {
    return this.statisticsWith(this.batch.traffic);
  }

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
    const { backlog = DEFAULT_BACKLOG, interface: given = "", reusePort = false, ipv6Only = true } = options;
    if (reusePort) this.requireReusePort();
    return this.#listen({ kind: "tcp", host, port, backlog, interface: given, reusePort, ipv6Only }, factory);
  }

  connectTCP(host: string, port: number, factory: ClientFactoryLike, options: ConnectTCPOptions = {}): Connector {
    checkPort("connect to", port);
    if (typeof host !== "string" || host === "") {
      throw new TypeError(`Cannot connect to ${JSON.stringify(host)}: expected the name or the address of a host`);
    }
    const { bindAddress } = options;
    if (bindAddress?.host !== undefined) checkIPAddress("connect from", bindAddress.host);
    if (bindAddress?.port !== undefined) checkPort("connect from", bindAddress.port);
    return this.#connect(new TCPConnector(this, this.streams.dialer, { host, port }, factory, options));
  }

  listenUNIX(address: string, factory: FactoryLike, options: ListenUNIXOptions = {}): ListeningPort {
    const { backlog = DEFAULT_BACKLOG, mode = DEFAULT_MODE, wantPID = false } = options;
    const lock = wantPID ? (this.streams.lock?.(address) ?? new UNIXLock(address)) : undefined;
    return this.#listen({ kind: "unix", path: checkPath(address), backlog, mode, lock }, factory);
  }

  connectUNIX(address: string, factory: ClientFactoryLike, options: ConnectUNIXOptions = {}): Connector {
    return this.#connect(new UNIXConnector(this, this.streams.dialer, checkPath(address), factory, options));
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
    if (options.reusePort === true) this.requireReusePort();
    const transport = new DatagramPort(port, protocol, this, options);
    transport.startListening();
    return transport;
  }

  adoptStreamPort(fd: number, _family: "ipv4" | "ipv6" | "unix", factory: FactoryLike): ListeningPort {
    return this.#listen({ kind: "descriptor", fd: checkDescriptor(fd) }, factory);
  }

  adoptStreamConnection(fd: number, _family: "ipv4" | "ipv6" | "unix", factory: FactoryLike): void {
    this.streams.adoptConnection(checkDescriptor(fd), factory);
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

  listenUNIXDatagram(
    _address: string,
    _protocol: UNIXDatagramProtocolLike,
    _options?: ListenUNIXDatagramOptions,
  ): UNIXDatagramTransport {
    return refuse(this.kind, "listenUNIXDatagram", USE_EPOLL);
  }

  connectUNIXDatagram(
    _address: string,
    _protocol: ConnectedUNIXDatagramProtocolLike,
    _options?: ConnectUNIXDatagramOptions,
  ): UNIXDatagramTransport {
    return refuse(this.kind, "connectUNIXDatagram", USE_EPOLL);
  }

  addReader(_reader: ReadDescriptor): void {
    refuse(this.kind, "addReader", USE_EPOLL);
  }

  addWriter(_writer: WriteDescriptor): void {
    refuse(this.kind, "addWriter", USE_EPOLL);
  }

  removeReader(_reader: ReadDescriptor): void {
    refuse(this.kind, "removeReader", USE_EPOLL);
  }

  removeWriter(_writer: WriteDescriptor): void {
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

  callInThread<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): void;
  callInThread(callback: ModuleFunction, ...args: unknown[]): void;
  callInThread(callback: unknown, ...args: unknown[]): void {
    this.getThreadPool().submit({ calls: [[callback, ...args]], reactor: this });
  }

  getThreadPool(): ThreadPoolLike {
    return (this.#threadPool ??= this.#makeThreadPool());
  }

  suggestThreadPoolSize(size: number): void {
    this.getThreadPool().adjustPoolsize(undefined, size);
  }

  listenSSL(
    port: number,
    factory: FactoryLike,
    contextFactory: TLSContextFactory,
    options: ListenSSLOptions = {},
  ): ListeningPort {
    checkContextFactory("listen with TLS", contextFactory, "server");
    return this.listenTCP(port, new SecuringFactory(factory, contextFactory, secureOptions(options, false)), options);
  }

  connectSSL(
    host: string,
    port: number,
    factory: ClientFactoryLike,
    contextFactory: TLSContextFactory,
    options: ConnectSSLOptions = {},
  ): Connector {
    checkContextFactory("connect with TLS", contextFactory, "client");
    const securing = new SecuringFactory(factory, contextFactory, secureOptions(options, true));
    return this.connectTCP(host, port, securing, options);
  }

  spawnProcess(
    protocol: ProcessProtocolLike | null,
    executable: string,
    args: readonly string[] = [],
    options: SpawnProcessOptions = {},
  ): ProcessTransport {
    if (options.usePTY === true) refuse(this.kind, "spawnProcess with usePTY", NOT_YET);
    return new Process(this, this.startChild, protocol, executable, args, options);
  }

  /** Throws where ports cannot be shared. */
  protected requireReusePort(): void {
    refuse(this.kind, "listen with reusePort", USE_EPOLL);
  }

  #makeThreadPool(): ThreadPool {
    const pool = new ThreadPool(0, MOST_THREADS, { name: `${this.kind} reactor`, reactor: this });
    this.callWhenRunning(() => pool.start());
    this.addSystemEventTrigger("during", "shutdown", () => {
      this.#threadPool = undefined;
      this.#threadsStopped = pool.stop();
    });
    return pool;
  }

  #listen(place: StreamPlace, factory: FactoryLike): ListeningPort {
    const port = this.streams.makePort(place, factory);
    port.startListening();
    return port;
  }

  #connect<C extends Connector>(connector: C): C {
    connector.connect();
    return connector;
  }
}

export function checkPath(path: string): string {
  if (typeof path === "string" && path !== "") return path;
  throw new TypeError(`Cannot use the UNIX socket ${JSON.stringify(path)}: expected a path`);
}

function checkDescriptor(fd: number): number {
  if (Number.isInteger(fd) && fd >= 0) return fd;
  throw new RangeError(`Cannot adopt the descriptor ${String(fd)}: expected a whole number, 0 or more`);
}
