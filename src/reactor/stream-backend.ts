/** What is different from one reactor over real sockets to the next: who opens ports, makes connections and adopts descriptors. */
import type { FactoryLike } from "../protocol/factory.ts";
import type { StreamDialer } from "./stream-dialer.ts";
import type { StreamPlace } from "./stream-place.ts";
import type { StreamPort } from "./stream-port.ts";
import type { SocketLock } from "./unix-lock.ts";

export interface StreamBackend {
  readonly dialer: StreamDialer;
  /** A port that does not listen yet. */
  makePort(place: StreamPlace, factory: FactoryLike): StreamPort;
  /** Makes a connection of a descriptor that is connected already. */
  adoptConnection(fd: number, factory: FactoryLike): void;
  /** The lock of a UNIX socket; without it, a lock file beside the socket. */
  lock?(path: string): SocketLock;
  /** Sends what the handles of the backend have gathered, if they do. */
  flush?(): void;
}
