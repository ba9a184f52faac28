/** `hawser/protocol`: what turns bytes into meaning, and what makes one for each connection. */
export { BaseProtocol, Protocol } from "./protocol.ts";
export type { HalfCloseableProtocol, ProtocolLike } from "./protocol.ts";
export { ClientFactory, Factory, ServerFactory } from "./factory.ts";
export type { ClientFactoryLike, FactoryFor, FactoryLike, ProtocolOf } from "./factory.ts";
export { ReconnectingClientFactory } from "./reconnecting-client-factory.ts";
export { AbstractDatagramProtocol, ConnectedDatagramProtocol, DatagramProtocol } from "./datagram-protocol.ts";
export type { DatagramProtocolLike } from "./datagram-protocol.ts";
export { ProcessProtocol } from "./process-protocol.ts";
export type { ProcessProtocolLike } from "./process-protocol.ts";
export { BufferedReceiver } from "./buffered-receiver.ts";
export { BaseLineReceiver } from "./base-line-receiver.ts";
export { LineReceiver } from "./line-receiver.ts";
export { LineOnlyReceiver } from "./line-only-receiver.ts";
export { TextLineReceiver } from "./text-line-receiver.ts";
export type { LineEncoding } from "./text-line-receiver.ts";
export { NetstringReceiver } from "./netstring-receiver.ts";
export { NetstringParseError } from "../bytes/netstring-splitter.ts";
export {
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  IntNStringReceiver,
} from "./int-n-string-receiver.ts";
export type { PrefixSize } from "../bytes/length-prefix.ts";
export { StatefulProtocol } from "./stateful-protocol.ts";
export type { ProtocolState } from "./stateful-protocol.ts";
export { RelayProtocol } from "./relay-protocol.ts";
export { ProtocolTimeout } from "./protocol-timeout.ts";
export { FileSender } from "./file-sender.ts";
export type { FileTransform } from "./file-sender.ts";
export type { FileSource, ReadableFile } from "./chunk-reader.ts";
export { StringTooLongError, TransferStoppedError } from "./errors.ts";
export { ConsumerToProtocolAdapter, ProtocolToConsumerAdapter } from "./consumer-adapters.ts";
