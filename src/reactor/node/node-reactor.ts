/**
 * The reactor over Node's own modules: `node:net` and `node:dgram`. It runs wherever Node runs, and is the reference for the others.
 */
import type { FactoryLike } from "../../protocol/factory.ts";
import { SocketReactor } from "../socket-reactor.ts";
import type { StreamBackend } from "../stream-backend.ts";
import type { StreamPlace } from "../stream-place.ts";
import type { BindDatagrams } from "../datagram-port.ts";
import { DatagramSocket } from "./datagram-socket.ts";
import { adoptConnection } from "./socket-connection.ts";
import { SocketDialer } from "./socket-dialer.ts";
import { SocketPort } from "./socket-port.ts";

export class NodeReactor extends SocketReactor {
  readonly kind: string = "node";
  /** @internal */
  readonly bindDatagrams: BindDatagrams = (place, events, options) => new DatagramSocket(place, events, options);

  protected readonly streams: StreamBackend = {
    dialer: new SocketDialer(this.batch),
    makePort: (place: StreamPlace, factory: FactoryLike) => new SocketPort(place, factory, this),
    adoptConnection: (fd: number, factory: FactoryLike) => adoptConnection(fd, factory, this),
  };
}
