/** `hawser/transport`: what carries bytes, where it goes, and how it ends. */
export { HostnameAddress, IPv4Address, IPv6Address, PipeAddress, ProcessAddress, UNIXAddress } from "./address.ts";
export type { Address, HostAndPort, InternetAddress, InternetProtocol } from "./address.ts";
export {
  AlreadyConnectedError,
  BadFileError,
  BindError,
  CannotListenError,
  ConnectBindError,
  ConnectError,
  ConnectingCancelledError,
  ConnectionAborted,
  ConnectionClosed,
  ConnectionDone,
  ConnectionLost,
  ConnectionRefusedError,
  DNSLookupError,
  FileEndedError,
  InvalidAddressError,
  MessageLengthError,
  MulticastJoinError,
  NoProtocol,
  NoRouteError,
  NotConnectingError,
  NotListeningError,
  TCPTimedOutError,
  TimeoutError,
  UnknownHostError,
  UserError,
  getConnectError,
} from "./errors.ts";
export { isIPAddress, isIPv6Address } from "./ports.ts";
export type { SendFileOptions } from "./file-transfer.ts";
export type { Consumer, Producer, PullProducer, PushProducer } from "./producer.ts";
export type { SecureOptions, SecurityFacts, StartTLSOptions, TLSContextFactory } from "./secure-stream.ts";
export type {
  Connector,
  FileTransport,
  HalfCloseableTransport,
  ListeningPort,
  MulticastTransport,
  PeerCredentials,
  TCPTransport,
  TLSTransport,
  Transport,
  UDPTransport,
  UNIXDatagramTransport,
  UNIXTransport,
} from "./transport.ts";
