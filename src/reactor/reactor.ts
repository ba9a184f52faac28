/**
 * The contract of a reactor: what every implementation offers, part by part. What one cannot do it refuses with
 * `NotSupportedByReactorError`, which says who can.
 */
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import type { NameResolver } from "../endpoint/name-resolver.ts";
import type { DatagramProtocolLike } from "../protocol/datagram-protocol.ts";
import type { ClientFactoryLike, FactoryLike } from "../protocol/factory.ts";
import type { ProcessTransport } from "../process/process-transport.ts";
import type { SpawnProcessOptions } from "../process/spawn-options.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import type { ReactorStatistics } from "./statistics.ts";
import type { Failure } from "../deferred/failure.ts";
import type { ModuleFunction } from "../threads/thread-function.ts";
import type { ThreadPoolLike } from "../threads/thread-pool-like.ts";
import type { HostAndPort, UNIXAddress } from "../transport/address.ts";
import type { SecureOptions, TLSContextFactory } from "../transport/secure-stream.ts";
import type {
  Connector,
  ListeningPort,
  MulticastTransport,
  UDPTransport,
  UNIXDatagramTransport,
} from "../transport/transport.ts";

/** When, around an event, a trigger is called. A trigger `"before"` an event may answer a Deferred, which the event waits for. */
export type TriggerPhase = "before" | "during" | "after";

/** The events of a reactor's life; a program may fire others of its own. */
export type SystemEvent = "startup" | "shutdown" | (string & {});

/** Names a trigger, to remove it. */
export interface SystemEventTriggerID {
  readonly phase: TriggerPhase;
  readonly event: SystemEvent;
}

export interface RunOptions {
  /** Whether SIGINT, SIGTERM and SIGBREAK stop the reactor; `true` unless told otherwise. */
  readonly installSignalHandlers?: boolean;
}

/** The life of a reactor. */
export interface ReactorCore {
  readonly running: boolean;
  /** Starts, and resolves when the reactor has been stopped and the shutdown triggers are done. It can be called again then. */
  run(options?: RunOptions): Promise<void>;
  /** Stops: the shutdown triggers are called, and ports and connections closed. Throws `ReactorNotRunning` where it does not run. */
  stop(): void;
  /** Stops at once, without any of that. */
  crash(): void;
  /** Runs what is due, and resolves after one turn of the runtime's loop. */
  iterate(delay?: number): Promise<void>;
  callWhenRunning<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): SystemEventTriggerID | undefined;
  addSystemEventTrigger<A extends unknown[]>(
    phase: TriggerPhase,
    event: SystemEvent,
    callback: (...args: A) => unknown,
    ...args: A
  ): SystemEventTriggerID;
  removeSystemEventTrigger(trigger: SystemEventTriggerID): void;
  fireSystemEvent(event: SystemEvent): void;
}

export interface ListenTCPOptions {
  /** How many connections may wait to be accepted. */
  readonly backlog?: number;
  /** The address to bind; all IPv4 addresses unless told otherwise. */
  readonly interface?: string;
  /** Whether others of this user who say so too may listen on the same port: the system deals connections out. The epoll reactor has it. */
  readonly reusePort?: boolean;
  /** Whether a port on an IPv6 address takes no IPv4; `true` unless told otherwise. */
  readonly ipv6Only?: boolean;
}

export interface ConnectOptions {
  /** The seconds after which connecting fails with `TimeoutError`; 30 unless told otherwise. */
  readonly timeout?: number;
}

export interface ConnectTCPOptions extends ConnectOptions {
  /** The address to connect from. */
  readonly bindAddress?: Partial<HostAndPort>;
}

export interface ReactorTCP {
  listenTCP(port: number, factory: FactoryLike, options?: ListenTCPOptions): ListeningPort;
  /** Connects; `host` is a name or an address. */
  connectTCP(host: string, port: number, factory: ClientFactoryLike, options?: ConnectTCPOptions): Connector;
}

export interface ListenUNIXOptions {
  readonly backlog?: number;
  /** The permissions of the socket's file; 0o666 unless told otherwise. */
  readonly mode?: number;
  /** Whether a lock file beside the socket says who listens, so that a socket left by a process that died can be replaced. */
  readonly wantPID?: boolean;
}

export interface ConnectUNIXOptions extends ConnectOptions {
  /** Whether to look at the lock file first, and fail at once where nobody listens. */
  readonly checkPID?: boolean;
}

export interface ReactorUNIX {
  /** `address` is a path, or `\0name` for an abstract socket on Linux. */
  listenUNIX(address: string, factory: FactoryLike, options?: ListenUNIXOptions): ListeningPort;
  connectUNIX(address: string, factory: ClientFactoryLike, options?: ConnectUNIXOptions): Connector;
}

export interface ListenUNIXDatagramOptions {
  /** The longest datagram that is taken; longer ones are cut off. 8192 unless told otherwise, 65,536 at most. */
  readonly maxPacketSize?: number;
  /** The permissions of the socket's file; 0o666 unless told otherwise. */
  readonly mode?: number;
}

export interface ConnectUNIXDatagramOptions extends ListenUNIXDatagramOptions {
  /** The path to bind, for a peer that is to answer. */
  readonly bindAddress?: string;
}

/** A protocol for datagrams over a UNIX socket. */
export type UNIXDatagramProtocolLike = DatagramProtocolLike<UNIXDatagramTransport, UNIXAddress>;

/** One whose port is connected from the start. */
export interface ConnectedUNIXDatagramProtocolLike extends UNIXDatagramProtocolLike {
  /** The port could not be bound or connected. */
  connectionFailed(failure: Failure): void;
}

export interface ReactorUNIXDatagram {
  /** `address` is a path, or `\0name` for an abstract socket on Linux. */
  listenUNIXDatagram(
    address: string,
    protocol: UNIXDatagramProtocolLike,
    options?: ListenUNIXDatagramOptions,
  ): UNIXDatagramTransport;
  connectUNIXDatagram(
    address: string,
    protocol: ConnectedUNIXDatagramProtocolLike,
    options?: ConnectUNIXDatagramOptions,
  ): UNIXDatagramTransport;
}

export interface ListenUDPOptions {
  /** The address to bind; all IPv4 addresses unless told otherwise. */
  readonly interface?: string;
  /** The longest datagram that is taken; longer ones are cut off. 8192 unless told otherwise. */
  readonly maxPacketSize?: number;
  /** Whether others of this user who say so too may bind the same port: the system deals datagrams out. The epoll reactor has it. */
  readonly reusePort?: boolean;
}

export interface ListenMulticastOptions extends ListenUDPOptions {
  /** Whether others on this machine may bind the same port. */
  readonly listenMultiple?: boolean;
}

export interface ReactorUDP {
  listenUDP(port: number, protocol: DatagramProtocolLike, options?: ListenUDPOptions): UDPTransport;
}

export interface ReactorMulticast {
  listenMulticast(port: number, protocol: DatagramProtocolLike, options?: ListenMulticastOptions): MulticastTransport;
}

/** Taking over descriptors that somebody else has opened, such as systemd. */
export interface ReactorSocket {
  adoptStreamPort(fd: number, family: "ipv4" | "ipv6" | "unix", factory: FactoryLike): ListeningPort;
  adoptStreamConnection(fd: number, family: "ipv4" | "ipv6" | "unix", factory: FactoryLike): void;
  adoptDatagramPort(
    fd: number,
    family: "ipv4" | "ipv6",
    protocol: DatagramProtocolLike,
    options?: ListenUDPOptions,
  ): UDPTransport;
}

/** Something with a descriptor that becomes readable. */
export interface ReadDescriptor {
  fileno(): number;
  /** Called when there is something to read. What it answers, if anything, ends the watching and is the reason given to `connectionLost`. */
  doRead(): unknown;
  connectionLost(reason: unknown): void;
  logPrefix?(): string;
}

/** Something with a descriptor that becomes writable. */
export interface WriteDescriptor {
  fileno(): number;
  doWrite(): unknown;
  connectionLost(reason: unknown): void;
  logPrefix?(): string;
}

/** Watching any descriptor. */
export interface ReactorFDSet {
  addReader(reader: ReadDescriptor): void;
  addWriter(writer: WriteDescriptor): void;
  removeReader(reader: ReadDescriptor): void;
  removeWriter(writer: WriteDescriptor): void;
  removeAll(): (ReadDescriptor | WriteDescriptor)[];
  getReaders(): ReadDescriptor[];
  getWriters(): WriteDescriptor[];
}

/** Calling into the reactor from elsewhere, and out of it. */
export interface ReactorThreads {
  /** Calls `callback(...args)` in the next turn of the reactor. */
  callFromThread<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): void;
  /** Calls `callback(...args)` in a worker thread; see `deferToThread` for what can be called there. What it throws is logged. */
  callInThread<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): void;
  callInThread(callback: ModuleFunction, ...args: unknown[]): void;
  /** The threads of this reactor: 0 to 10, unless suggested otherwise. They start with the reactor, and stop with it. */
  getThreadPool(): ThreadPoolLike;
  /** Sets how many threads there are at most. */
  suggestThreadPoolSize(size: number): void;
}

export interface ListenSSLOptions extends ListenTCPOptions, SecureOptions {}

export interface ConnectSSLOptions extends ConnectTCPOptions, SecureOptions {}

/** TLS over TCP, in the older style; endpoints are the newer one. `contextFactory` comes from `hawser/tls`. */
export interface ReactorSSL {
  /** Throws a `TypeError` where `contextFactory` has no certificate. */
  listenSSL(
    port: number,
    factory: FactoryLike,
    contextFactory: TLSContextFactory,
    options?: ListenSSLOptions,
  ): ListeningPort;
  /** What is wrong with the peer's certificate, or with the handshake otherwise, is the reason of `connectionLost`. */
  connectSSL(
    host: string,
    port: number,
    factory: ClientFactoryLike,
    contextFactory: TLSContextFactory,
    options?: ConnectSSLOptions,
  ): Connector;
}

/** Child processes. */
export interface ReactorProcess {
  /**
   * Starts a child process. `args` begin with the name that the program is called by, as in C; without any it is `executable`. The protocol is
   * told everything else: that the process could not be started as well, with `ProcessNotStarted`.
   */
  spawnProcess(
    protocol: ProcessProtocolLike | null,
    executable: string,
    args?: readonly string[],
    options?: SpawnProcessOptions,
  ): ProcessTransport;
}

/** Looking up names. */
export interface ReactorNames {
  /** The resolver that connecting by name uses. */
  readonly nameResolver: NameResolver;
  /** Replaces it; answers the one that was there. */
  installNameResolver(resolver: NameResolver): NameResolver;
  /** The first IPv4 address of a host. */
  resolve(name: string): Deferred<string>;
}

/** A reactor. */
export interface Reactor
  extends
    ReactorCore,
    ReactorTime,
    ReactorTCP,
    ReactorUNIX,
    ReactorUNIXDatagram,
    ReactorUDP,
    ReactorMulticast,
    ReactorSocket,
    ReactorFDSet,
    ReactorThreads,
    ReactorSSL,
    ReactorProcess,
    ReactorNames {
  /** Which implementation this is: `"node"`, `"epoll"`, `"memory"`, `"sim"`. */
  readonly kind: string;
  /** What it has done so far, and has to do. It costs next to nothing to have this counted, and little to ask. */
  statistics(): ReactorStatistics;
}
