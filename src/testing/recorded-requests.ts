/** What a `MemoryReactor` records: one object for each request, with what was asked for and the defaults of what was not. */
import type { DatagramProtocolLike } from "../protocol/datagram-protocol.ts";
import type { SpawnProcessOptions } from "../process/spawn-options.ts";
import type { ClientFactoryLike, FactoryLike } from "../protocol/factory.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import type { SystemEventTriggerID, UNIXDatagramProtocolLike } from "../reactor/reactor.ts";
import type { HostAndPort } from "../transport/address.ts";
import type { FakeConnector } from "./fake-connector.ts";
import type { FakeDatagramTransport } from "./fake-datagram-transport.ts";
import type { FakeProcessTransport } from "./fake-process-transport.ts";

/** A call of `listenTCP`. */
export interface TCPServerRequest {
  readonly port: number;
  readonly factory: FactoryLike;
  readonly backlog: number;
  readonly interface: string;
}

/** A call of `connectTCP`. */
export interface TCPClientRequest {
  readonly host: string;
  readonly port: number;
  readonly factory: ClientFactoryLike;
  readonly timeout: number;
  readonly bindAddress: Partial<HostAndPort> | null;
  readonly connector: FakeConnector;
}

/** A call of `listenSSL`. */
export interface SSLServerRequest extends TCPServerRequest {
  readonly contextFactory: unknown;
}

/** A call of `connectSSL`. */
export interface SSLClientRequest extends TCPClientRequest {
  readonly contextFactory: unknown;
}

/** A call of `listenUNIX`. */
export interface UNIXServerRequest {
  readonly address: string;
  readonly factory: FactoryLike;
  readonly backlog: number;
  readonly mode: number;
  readonly wantPID: boolean;
}

/** A call of `connectUNIX`. */
export interface UNIXClientRequest {
  readonly address: string;
  readonly factory: ClientFactoryLike;
  readonly timeout: number;
  readonly checkPID: boolean;
  readonly connector: FakeConnector;
}

/** A call of `listenUDP` or `listenMulticast`. */
export interface UDPPortRequest {
  readonly port: number;
  readonly protocol: DatagramProtocolLike;
  readonly interface: string;
  readonly maxPacketSize: number;
  readonly transport: FakeDatagramTransport;
}

/** A call of `listenMulticast`. */
export interface MulticastPortRequest extends UDPPortRequest {
  readonly listenMultiple: boolean;
}

/** A call of `listenUNIXDatagram` or `connectUNIXDatagram`. */
export interface UNIXDatagramRequest {
  readonly address: string;
  readonly protocol: UNIXDatagramProtocolLike;
  readonly maxPacketSize: number;
}

/** A call of `adoptStreamPort` or `adoptStreamConnection`. */
export interface AdoptedStreamRequest {
  readonly fd: number;
  readonly family: "ipv4" | "ipv6" | "unix";
  readonly factory: FactoryLike;
}

/** A call of `adoptDatagramPort`. */
export interface AdoptedDatagramRequest {
  readonly fd: number;
  readonly family: "ipv4" | "ipv6";
  readonly protocol: DatagramProtocolLike;
  readonly maxPacketSize: number;
  readonly transport: FakeDatagramTransport;
}

/** A call of `spawnProcess`. */
export interface ProcessRequest {
  readonly protocol: ProcessProtocolLike | null;
  readonly executable: string;
  readonly args: readonly string[];
  readonly options: SpawnProcessOptions;
  readonly transport: FakeProcessTransport;
}

/** A function that waits to be called, with its arguments. */
export interface RecordedCall {
  readonly callback: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
}

/** A call of `addSystemEventTrigger` or `callWhenRunning`; it is also what these answer. */
export interface RecordedTrigger extends RecordedCall, SystemEventTriggerID {}
