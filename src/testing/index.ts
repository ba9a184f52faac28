/** `hawser/testing`: doubles of everything that a protocol talks to, and of everything that talks to a protocol. */
export { AccumulatingProtocolFactory } from "./accumulating-protocol-factory.ts";
export { AccumulatingProtocol } from "./accumulating-protocol.ts";
export { connectedPair } from "./connected-pair.ts";
export { ConnectionCompleter } from "./connection-completer.ts";
export { assertNoResult, failureResultOf, successResultOf } from "./deferred-results.ts";
export { EventLoggingObserver } from "./event-logging-observer.ts";
export type { TestCleanup } from "./event-logging-observer.ts";
export { FakeConnector } from "./fake-connector.ts";
export { FakeDatagramTransport } from "./fake-datagram-transport.ts";
export type { FakeDatagramTransportOptions } from "./fake-datagram-transport.ts";
export { FakeProcessTransport } from "./fake-process-transport.ts";
export { FakeUNIXDatagramPort } from "./fake-unix-datagram-port.ts";
export { FakePort } from "./fake-port.ts";
export type { ConnectedPairOptions, IOPump } from "./io-pump.ts";
export { LineSendingProtocol } from "./line-sending-protocol.ts";
export { MemoryReactorClock } from "./memory-reactor-clock.ts";
export { MemoryReactor } from "./memory-reactor.ts";
export { MemoryThreadPool } from "./memory-thread-pool.ts";
export { NonStreamingProducer } from "./non-streaming-producer.ts";
export { RaisingMemoryReactor } from "./raising-memory-reactor.ts";
export type {
  AdoptedDatagramRequest,
  AdoptedStreamRequest,
  MulticastPortRequest,
  ProcessRequest,
  RecordedCall,
  RecordedTrigger,
  SSLClientRequest,
  SSLServerRequest,
  TCPClientRequest,
  TCPServerRequest,
  UDPPortRequest,
  UNIXClientRequest,
  UNIXDatagramRequest,
  UNIXServerRequest,
} from "./recorded-requests.ts";
export { StringTransportWithDisconnection } from "./string-transport-with-disconnection.ts";
export { StringTransport } from "./string-transport.ts";
export type { StringTransportOptions } from "./string-transport.ts";
export { SynchronousResolver } from "./synchronous-resolver.ts";
export { waitUntilAllDisconnected } from "./wait-until-all-disconnected.ts";
export type { ProtocolWithConnection } from "./wait-until-all-disconnected.ts";
