/** `hawser/reactor`: what waits for events. */
export { installReactor, reactor } from "./global-reactor.ts";
export { EpollReactor } from "./epoll/epoll-reactor.ts";
export { Socket } from "./epoll/socket.ts";
export type { SocketAddress, SocketFamily, SocketKind, SocketOption, SocketOptions } from "./epoll/socket.ts";
export { NodeReactor } from "./node/node-reactor.ts";
export { SystemExit, react } from "./react.ts";
export type { ReactOptions } from "./react.ts";
export {
  NotSupportedByReactorError,
  ReactorAlreadyInstalledError,
  ReactorAlreadyRunning,
  ReactorNotRunning,
} from "./errors.ts";
export type {
  ConnectOptions,
  ConnectSSLOptions,
  ConnectTCPOptions,
  ConnectUNIXOptions,
  ConnectUNIXDatagramOptions,
  ConnectedUNIXDatagramProtocolLike,
  ListenMulticastOptions,
  ListenSSLOptions,
  ListenTCPOptions,
  ListenUDPOptions,
  ListenUNIXOptions,
  ListenUNIXDatagramOptions,
  UNIXDatagramProtocolLike,
  ReadDescriptor,
  Reactor,
  ReactorCore,
  ReactorFDSet,
  ReactorMulticast,
  ReactorNames,
  ReactorProcess,
  ReactorSSL,
  ReactorSocket,
  ReactorTCP,
  ReactorThreads,
  ReactorUDP,
  ReactorUNIX,
  ReactorUNIXDatagram,
  RunOptions,
  SystemEvent,
  SystemEventTriggerID,
  TriggerPhase,
  WriteDescriptor,
} from "./reactor.ts";
export type { ReactorStatistics } from "./statistics.ts";
export type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
