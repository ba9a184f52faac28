/**
 * A reactor made of nothing: it records what it is asked, for tests to look at, and connects nobody.
 *
 * It has no time: `MemoryReactorClock` has.
 */
import { inspect } from "node:util";
import type { DelayedCallLike } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import type { NameResolver } from "../endpoint/name-resolver.ts";
import type { DatagramProtocolLike } from "../protocol/datagram-protocol.ts";
import type { SpawnProcessOptions } from "../process/spawn-options.ts";
import type { ClientFactoryLike, FactoryLike } from "../protocol/factory.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import { refuse } from "../reactor/not-supported.ts";
import type {
  ConnectTCPOptions,
  ConnectUNIXDatagramOptions,
  ConnectedUNIXDatagramProtocolLike,
  ConnectUNIXOptions,
  ListenMulticastOptions,
  ListenTCPOptions,
  ListenUDPOptions,
  ListenUNIXDatagramOptions,
  ListenUNIXOptions,
  ReadDescriptor,
  Reactor,
  UNIXDatagramProtocolLike,
  WriteDescriptor,
} from "../reactor/reactor.ts";
import { resolveIPv4 } from "../reactor/resolve.ts";
import { TimerLag, statisticsOf } from "../reactor/statistics.ts";
import type { ReactorStatistics } from "../reactor/statistics.ts";
import type { ModuleFunction } from "../threads/thread-function.ts";
import { IPv4Address, IPv6Address, UNIXAddress } from "../transport/address.ts";
import type { Address, InternetAddress, InternetProtocol } from "../transport/address.ts";
import { checkPort, internetAddress } from "../transport/ports.ts";
import { Traffic } from "../transport/write-batch.ts";
import type { Connector, ListeningPort, MulticastTransport, UDPTransport } from "../transport/transport.ts";
import { FakeConnector } from "./fake-connector.ts";
import { FakeDatagramTransport } from "./fake-datagram-transport.ts";
import { FakeProcessTransport } from "./fake-process-transport.ts";
import { FakePort } from "./fake-port.ts";
import { FakeUNIXDatagramPort } from "./fake-unix-datagram-port.ts";
import { MemoryThreadPool } from "./memory-thread-pool.ts";
import { MemoryReactorLife } from "./memory-reactor-life.ts";
import type {
  AdoptedDatagramRequest,
  AdoptedStreamRequest,
  MulticastPortRequest,
  ProcessRequest,
  SSLClientRequest,
  SSLServerRequest,
  TCPClientRequest,
  TCPServerRequest,
  UDPPortRequest,
  UNIXClientRequest,
  UNIXDatagramRequest,
  UNIXServerRequest,
} from "./recorded-requests.ts";
import { SynchronousResolver } from "./synchronous-resolver.ts";

const DEFAULT_BACKLOG = 50;
const DEFAULT_TIMEOUT = 30;
const DEFAULT_MODE = 0o666;
const DEFAULT_MAX_PACKET_SIZE = 8192;
/** The id of the first process that is said to be started. */
const FIRST_PID = 1000;
/** The port number of ports that somebody else is said to have opened. */
const ADOPTED_PORT = 1234;

const USE_CLOCK = "use MemoryReactorClock";

/**
 * Records requests in the order in which they are made. Streams go nowhere, unless a `ConnectionCompleter` connects them; a datagram protocol is started
 * on a `FakeDatagramTransport`. Triggers are called by `fireSystemEvent` only.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * const reactor = new MemoryReactor();
 * const factory = Factory.forProtocol(Protocol);
 * reactor.listenTCP(8007, factory, { interface: "127.0.0.1" });
 * assert.deepEqual(reactor.tcpServers, [{ port: 8007, factory, backlog: 50, interface: "127.0.0.1" }]);
 */
export class MemoryReactor extends MemoryReactorLife implements Reactor {
  readonly tcpClients: TCPClientRequest[] = [];
  readonly tcpServers: TCPServerRequest[] = [];
  readonly sslClients: SSLClientRequest[] = [];
  readonly sslServers: SSLServerRequest[] = [];
  readonly unixClients: UNIXClientRequest[] = [];
  readonly unixServers: UNIXServerRequest[] = [];
  readonly udpPorts: UDPPortRequest[] = [];
  readonly multicastPorts: MulticastPortRequest[] = [];
  readonly unixDatagramPorts: UNIXDatagramRequest[] = [];
  readonly unixDatagramClients: UNIXDatagramRequest[] = [];
  readonly adoptedPorts: (AdoptedStreamRequest | AdoptedDatagramRequest)[] = [];
  readonly adoptedStreamConnections: AdoptedStreamRequest[] = [];
  readonly spawnedProcesses: ProcessRequest[] = [];
  /** The connectors of all clients. */
  readonly connectors: FakeConnector[] = [];
  readonly readers: Set<ReadDescriptor> = new Set();
  readonly writers: Set<WriteDescriptor> = new Set();

  nameResolver: NameResolver = new SynchronousResolver();
  readonly #threadPool: MemoryThreadPool = new MemoryThreadPool();

  statistics(): ReactorStatistics {
    return statisticsOf(new Traffic(), this.getDelayedCalls().length, new TimerLag());
  }

  seconds(): number {
    return refuse(this.kind, "seconds", USE_CLOCK);
  }

  callLater<A extends unknown[]>(_delay: number, _callback: (...args: A) => unknown, ..._args: A): DelayedCallLike {
    return refuse(this.kind, "callLater", USE_CLOCK);
  }

  getDelayedCalls(): DelayedCallLike[] {
    return [];
  }

  listenTCP(port: number, factory: FactoryLike, options: ListenTCPOptions = {}): ListeningPort {
    const request = serverRequest(port, factory, options);
    this.tcpServers.push(request);
    return new FakePort(addressOfPort("TCP", request.interface, port));
  }

  /** Tells the factory that connecting has begun; `connect` of the connector records the same request again. */
  connectTCP(host: string, port: number, factory: ClientFactoryLike, options: ConnectTCPOptions = {}): Connector {
    return this.#connect(internetAddress("TCP", host, port), factory, (connector) => {
      this.tcpClients.push(clientRequest(host, port, factory, options, connector));
    });
  }

  listenSSL(
    port: number,
    factory: FactoryLike,
    contextFactory: unknown,
    options: ListenTCPOptions = {},
  ): ListeningPort {
    const request = serverRequest(port, factory, options);
    this.sslServers.push({ ...request, contextFactory });
    return new FakePort(addressOfPort("TCP", request.interface, port));
  }

  connectSSL(
    host: string,
    port: number,
    factory: ClientFactoryLike,
    contextFactory: unknown,
    options: ConnectTCPOptions = {},
  ): Connector {
    return this.#connect(internetAddress("TCP", host, port), factory, (connector) => {
      this.sslClients.push({ ...clientRequest(host, port, factory, options, connector), contextFactory });
    });
  }

  listenUNIX(address: string, factory: FactoryLike, options: ListenUNIXOptions = {}): ListeningPort {
    const { backlog = DEFAULT_BACKLOG, mode = DEFAULT_MODE, wantPID = false } = options;
    this.unixServers.push({ address, factory, backlog, mode, wantPID });
    return new FakePort(new UNIXAddress(address));
  }

  connectUNIX(address: string, factory: ClientFactoryLike, options: ConnectUNIXOptions = {}): Connector {
    const { timeout = DEFAULT_TIMEOUT, checkPID = false } = options;
    return this.#connect(new UNIXAddress(address), factory, (connector) => {
      this.unixClients.push({ address, factory, timeout, checkPID, connector });
    });
  }

  listenUDP(port: number, protocol: DatagramProtocolLike, options: ListenUDPOptions = {}): UDPTransport {
    const request = datagramRequest(port, protocol, options);
    this.udpPorts.push(request);
    protocol.makeConnection(request.transport);
    return request.transport;
  }

  listenMulticast(
    port: number,
    protocol: DatagramProtocolLike,
    options: ListenMulticastOptions = {},
  ): MulticastTransport {
    const request = datagramRequest(port, protocol, options);
    this.multicastPorts.push({ ...request, listenMultiple: options.listenMultiple ?? false });
    protocol.makeConnection(request.transport);
    return request.transport;
  }

  listenUNIXDatagram(
    address: string,
    protocol: UNIXDatagramProtocolLike,
    options: ListenUNIXDatagramOptions = {},
  ): FakeUNIXDatagramPort {
    this.unixDatagramPorts.push({ address, protocol, maxPacketSize: options.maxPacketSize ?? DEFAULT_MAX_PACKET_SIZE });
    return new FakeUNIXDatagramPort(address, undefined);
  }

  connectUNIXDatagram(
    address: string,
    protocol: ConnectedUNIXDatagramProtocolLike,
    options: ConnectUNIXDatagramOptions = {},
  ): FakeUNIXDatagramPort {
    const maxPacketSize = options.maxPacketSize ?? DEFAULT_MAX_PACKET_SIZE;
    this.unixDatagramClients.push({ address, protocol, maxPacketSize });
    return new FakeUNIXDatagramPort(options.bindAddress ?? null, address);
  }

  adoptStreamPort(fd: number, family: "ipv4" | "ipv6" | "unix", factory: FactoryLike): ListeningPort {
    const address = addressOfAdopted("TCP", family);
    this.adoptedPorts.push({ fd, family, factory });
    return new FakePort(address);
  }

  adoptStreamConnection(fd: number, family: "ipv4" | "ipv6" | "unix", factory: FactoryLike): void {
    this.adoptedStreamConnections.push({ fd, family, factory });
  }

  adoptDatagramPort(
    fd: number,
    family: "ipv4" | "ipv6",
    protocol: DatagramProtocolLike,
    options: ListenUDPOptions = {},
  ): UDPTransport {
    const hostAddress = addressOfAdopted("UDP", family) as InternetAddress;
    const transport = new FakeDatagramTransport({ hostAddress, protocol });
    const maxPacketSize = options.maxPacketSize ?? DEFAULT_MAX_PACKET_SIZE;
    this.adoptedPorts.push({ fd, family, protocol, maxPacketSize, transport });
    protocol.makeConnection(transport);
    return transport;
  }

  addReader(reader: ReadDescriptor): void {
    this.readers.add(reader);
  }

  addWriter(writer: WriteDescriptor): void {
    this.writers.add(writer);
  }

  removeReader(reader: ReadDescriptor): void {
    this.readers.delete(reader);
  }

  removeWriter(writer: WriteDescriptor): void {
    this.writers.delete(writer);
  }

  removeAll(): (ReadDescriptor | WriteDescriptor)[] {
    const removed = [...new Set<ReadDescriptor | WriteDescriptor>([...this.readers, ...this.writers])];
    this.readers.clear();
    this.writers.clear();
    return removed;
  }

  getReaders(): ReadDescriptor[] {
    return [...this.readers];
  }

  getWriters(): WriteDescriptor[] {
    return [...this.writers];
  }

  callInThread<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): void;
  callInThread(callback: ModuleFunction, ...args: unknown[]): void;
  callInThread(callback: unknown, ...args: unknown[]): void {
    this.#threadPool.submit({ calls: [[callback, ...args]], reactor: this });
  }

  getThreadPool(): MemoryThreadPool {
    return this.#threadPool;
  }

  suggestThreadPoolSize(size: number): void {
    this.#threadPool.adjustPoolsize(undefined, size);
  }

  spawnProcess(
    protocol: ProcessProtocolLike | null,
    executable: string,
    args: readonly string[] = [],
    options: SpawnProcessOptions = {},
  ): FakeProcessTransport {
    const transport = new FakeProcessTransport(executable, FIRST_PID + this.spawnedProcesses.length);
    this.spawnedProcesses.push({ protocol, executable, args, options, transport });
    protocol?.makeConnection(transport);
    return transport;
  }

  installNameResolver(resolver: NameResolver): NameResolver {
    const previous = this.nameResolver;
    this.nameResolver = resolver;
    return previous;
  }

  resolve(name: string): Deferred<string> {
    return resolveIPv4(this.nameResolver, name);
  }

  #connect(
    destination: Address,
    factory: ClientFactoryLike,
    record: (connector: FakeConnector) => void,
  ): FakeConnector {
    const connector = new FakeConnector(destination, () => {
      record(connector);
      factory.startedConnecting(connector);
    });
    this.connectors.push(connector);
    connector.connect();
    return connector;
  }
}

function serverRequest(port: number, factory: FactoryLike, options: ListenTCPOptions): TCPServerRequest {
  checkPort("listen on", port);
  return { port, factory, backlog: options.backlog ?? DEFAULT_BACKLOG, interface: options.interface ?? "" };
}

function clientRequest(
  host: string,
  port: number,
  factory: ClientFactoryLike,
  options: ConnectTCPOptions,
  connector: FakeConnector,
): TCPClientRequest {
  checkPort("connect to", port);
  const { timeout = DEFAULT_TIMEOUT, bindAddress = null } = options;
  return { host, port, factory, timeout, bindAddress, connector };
}

function datagramRequest(port: number, protocol: DatagramProtocolLike, options: ListenUDPOptions): UDPPortRequest {
  checkPort("listen on", port);
  const { interface: host = "", maxPacketSize = DEFAULT_MAX_PACKET_SIZE } = options;
  const transport = new FakeDatagramTransport({ hostAddress: addressOfPort("UDP", host, port), protocol });
  return { port, protocol, interface: host, maxPacketSize, transport };
}

function addressOfPort(type: InternetProtocol, host: string, port: number): InternetAddress {
  return internetAddress(type, host === "" ? "0.0.0.0" : host, port);
}

function addressOfAdopted(type: InternetProtocol, family: "ipv4" | "ipv6" | "unix"): Address {
  switch (family) {
    case "ipv4":
      return new IPv4Address(type, "0.0.0.0", ADOPTED_PORT);
    case "ipv6":
      return new IPv6Address(type, "::", ADOPTED_PORT);
    case "unix":
      return new UNIXAddress(null);
    default:
      throw new TypeError(`Cannot adopt a port of the family ${inspect(family)}: expected "ipv4", "ipv6" or "unix"`);
  }
}
