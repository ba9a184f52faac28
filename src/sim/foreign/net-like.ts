/** `node:net` for foreign code, over any reactor of ours. */
import { isIP, isIPv4, isIPv6 } from "node:net";
import type { ForeignReactor } from "./foreign-reactor.ts";
import { ForeignServer } from "./foreign-server.ts";
import type { ForeignServerOptions } from "./foreign-server.ts";
import { ForeignSocket } from "./foreign-socket.ts";
import type { ForeignSocketOptions } from "./foreign-socket.ts";
import { connectArguments } from "./net-arguments.ts";
import type { NetConnectOptions } from "./net-arguments.ts";

/**
 * What stands in for the module `node:net`: a library that takes sockets, or a function that makes them, runs over `reactor`, be that a simulated
 * one, then. The functions and classes can be handed over without this object. Sockets live while the reactor runs.
 *
 * The events, their order and their errors (`code`, `errno`, `syscall`, `address`, `port`) are those of Node; each socket is a Duplex. It differs in this:
 *
 * - A server without a host listens on IPv4; Node's listens on IPv6 and IPv4 where there is IPv6.
 * - A name is connected to at its first IPv4 address, else its first IPv6 address; Node tries several and may fail with an `AggregateError`.
 * - `ref` and `unref` do nothing: the reactor holds the process. When it is stopped, open sockets are reset.
 * - Sockets are no `net.Socket`, by `instanceof`; there are no handles (`fd`, `handle`, `_handle`), no `onread`, no block lists, no clusters.
 * - `setKeepAlive` and `keepAliveInitialDelay` leave the delay to the system.
 * - The peer of a connection that is dropped for `maxConnections` may be told so a little later.
 *
 * @example
 * import { once } from "node:events";
 * import { MemoryReactor } from "hawser/testing";
 * const net = new NetLike(new MemoryReactor());
 * const server = net.createServer((socket) => socket.pipe(socket)).listen(8007, "192.0.2.1");
 * await once(server, "listening");
 * assert.equal(server.listening, true);
 * server.close();
 */
export class NetLike {
  readonly Socket: new (options?: ForeignSocketOptions) => ForeignSocket;
  readonly Server: new (
    options?: ForeignServerOptions | ((socket: ForeignSocket) => void),
    listener?: (socket: ForeignSocket) => void,
  ) => ForeignServer;
  /** Connects a new socket, with the arguments of `Socket.connect`; the options may be those of the socket too. */
  readonly createConnection: (...args: unknown[]) => ForeignSocket;
  /** The same as `createConnection`. */
  readonly connect: (...args: unknown[]) => ForeignSocket;
  readonly createServer: (
    options?: ForeignServerOptions | ((socket: ForeignSocket) => void),
    listener?: (socket: ForeignSocket) => void,
  ) => ForeignServer;
  readonly isIP: (input: string) => number = isIP;
  readonly isIPv4: (input: string) => boolean = isIPv4;
  readonly isIPv6: (input: string) => boolean = isIPv6;

  constructor(reactor: ForeignReactor) {
    class Socket extends ForeignSocket {
      constructor(options?: ForeignSocketOptions) {
        super(reactor, options);
      }
    }
    class Server extends ForeignServer {
      constructor(
        options?: ForeignServerOptions | ((socket: ForeignSocket) => void),
        listener?: (socket: ForeignSocket) => void,
      ) {
        if (typeof options === "function") super(reactor, Socket, {}, options);
        else super(reactor, Socket, options, listener);
      }
    }
    this.Socket = Socket;
    this.Server = Server;
    this.createServer = (options, listener) => new Server(options, listener);
    this.createConnection = (...args) => {
      const { options } = connectArguments(args);
      const socket = new Socket(options as NetConnectOptions & ForeignSocketOptions);
      if (options.timeout !== undefined && options.timeout > 0) socket.setTimeout(options.timeout);
      return socket.connect(...args);
    };
    this.connect = this.createConnection;
  }
}
