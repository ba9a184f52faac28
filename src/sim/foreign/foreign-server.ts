/** A server for foreign code: what `net.Server` is, over a port of a reactor of ours. */
import { EventEmitter } from "node:events";
import { isIP } from "node:net";
import type { ProtocolLike } from "../../protocol/protocol.ts";
import { placeOf } from "../../streams/socket-duplex.ts";
import type { Address } from "../../transport/address.ts";
import { NotListeningError } from "../../transport/errors.ts";
import type { ListeningPort } from "../../transport/transport.ts";
import type { ForeignReactor } from "./foreign-reactor.ts";
import { CLOSED, SILENT_FACTORY } from "./foreign-socket.ts";
import type { ForeignSocket } from "./foreign-socket.ts";
import { lookUp } from "./lookup.ts";
import { checkedPort, listenArguments } from "./net-arguments.ts";
import type { NetListenOptions } from "./net-arguments.ts";
import { listenError, usageError } from "./node-error.ts";
import type { NodePlace } from "./node-error.ts";

export interface ForeignServerOptions {
  /** As for each of its sockets. */
  readonly allowHalfOpen?: boolean | undefined;
  readonly highWaterMark?: number | undefined;
  /** Whether nothing is read from a connection before somebody resumes it. */
  readonly pauseOnConnect?: boolean | undefined;
  readonly noDelay?: boolean | undefined;
  readonly keepAlive?: boolean | undefined;
}

/** What is told of a connection that was one too many. */
export interface DroppedConnection {
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly localFamily: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly remoteFamily: string | undefined;
}

/** The address of a server, as Node tells it. */
export type ServerAddress = { readonly address: string; readonly family: string; readonly port: number } | string;

const BACKLOG = 511;

export class ForeignServer extends EventEmitter {
  /** How many connections there may be at a time; more are dropped. */
  maxConnections: number | undefined = undefined;
  readonly #reactor: ForeignReactor;
  readonly #options: ForeignServerOptions;
  readonly #SocketClass: new (options: ForeignServerOptions) => ForeignSocket;
  #port: ListeningPort | undefined = undefined;
  /** Tells the listening that is under way from one that was given up. */
  #attempt: object | undefined = undefined;
  #connections = 0;
  /** Whether the port is closed and "close" is still to be emitted. */
  #isClosing = false;

  /** `SocketClass` is what connections become. */
  constructor(
    reactor: ForeignReactor,
    SocketClass: new (options: ForeignServerOptions) => ForeignSocket,
    options: ForeignServerOptions = {},
    listener?: (socket: ForeignSocket) => void,
  ) {
    super();
    this.#reactor = reactor;
    this.#SocketClass = SocketClass;
    this.#options = options;
    if (listener !== undefined) this.on("connection", listener);
  }

  get listening(): boolean {
    return this.#port !== undefined;
  }

  /** Listens: `(options, callback?)`, `(path, backlog?, callback?)`, `(port?, host?, backlog?, callback?)`. */
  listen(...args: unknown[]): this {
    if (this.#attempt !== undefined) {
      throw usageError(
        "ERR_SERVER_ALREADY_LISTEN",
        "Cannot listen: the server listens already, or is about to; expected it to be closed",
      );
    }
    const { options, callback } = listenArguments(args);
    const { path, host, signal } = options;
    const port = path === undefined ? checkedPort(options.port ?? 0, "options.port") : 0;
    if (callback !== undefined) this.once("listening", callback);
    if (signal !== undefined) this.#closeOn(signal);
    const attempt = {};
    this.#attempt = attempt;
    if (path !== undefined) this.#open(attempt, options, { address: path });
    // Node looks every host up, addresses too; without one there is nothing to wait for.
    else if (host === undefined) this.#open(attempt, options, { address: "0.0.0.0", port });
    else if (isIP(host) !== 0) process.nextTick(() => this.#open(attempt, options, { address: host, port }));
    else {
      lookUp(this.#reactor, host, { port }, (error, address) => {
        if (this.#attempt !== attempt) return;
        if (error === null && address !== undefined) this.#open(attempt, options, { address, port });
        else this.#failed(error);
      });
    }
    return this;
  }

  #open(attempt: object, options: NetListenOptions, place: NodePlace): void {
    if (this.#attempt !== attempt) return;
    const { backlog = BACKLOG, ipv6Only = false, reusePort } = options;
    const factory = { ...SILENT_FACTORY, buildProtocol: (peer: Address) => this.#accept(peer) };
    const { address, port } = place;
    const failed = (reason: unknown): void => process.nextTick(() => this.#failed(listenError(reason, place)));
    try {
      this.#port =
        port === undefined
          ? this.#reactor.listenUNIX(address, factory, { backlog })
          : this.#reactor.listenTCP(port, factory, {
              backlog,
              interface: address,
              ...(isIP(address) === 6 ? { ipv6Only } : {}),
              ...(reusePort === undefined ? {} : { reusePort }),
            });
    } catch (error) {
      failed(error);
      return;
    }
    this.#port.whenListening().addCallbacks(
      () => process.nextTick(() => this.#attempt === attempt && this.emit("listening")),
      (failure) => {
        if (this.#attempt === attempt) failed(failure.value);
      },
    );
  }

  #failed(error: unknown): void {
    this.#port = undefined;
    this.#attempt = undefined;
    this.emit("error", error);
  }

  #closeOn(signal: AbortSignal): void {
    if (signal.aborted) {
      process.nextTick(() => this.close());
      return;
    }
    const close = (): void => void this.close();
    signal.addEventListener("abort", close, { once: true });
    this.once("close", () => signal.removeEventListener("abort", close));
  }

  #accept(peer: Address): ProtocolLike | null {
    const { maxConnections } = this;
    if (maxConnections !== undefined && this.#connections >= maxConnections) {
      process.nextTick(() => this.emit("drop", this.#dropped(peer)));
      return null;
    }
    const socket = new this.#SocketClass(this.#options);
    const { noDelay, keepAlive, pauseOnConnect } = this.#options;
    if (noDelay === true) socket.setNoDelay();
    if (keepAlive === true) socket.setKeepAlive(true);
    if (pauseOnConnect === true) socket.pause();
    socket.server = this;
    this.#connections++;
    socket.once(CLOSED, () => {
      this.#connections--;
      this.#emitCloseIfDone();
    });
    process.nextTick(() => this.emit("connection", socket));
    return socket.acceptor;
  }

  #dropped(peer: Address): DroppedConnection {
    const remote = placeOf(peer);
    const local = this.address();
    const own = local === null || typeof local === "string" ? undefined : local;
    return {
      localAddress: own?.address,
      localPort: own?.port,
      localFamily: own?.family,
      remoteAddress: remote?.host,
      remotePort: remote?.port,
      remoteFamily: remote?.family,
    };
  }

  /** The address that is listened on; the path of a UNIX socket; `null` where nothing is. */
  address(): ServerAddress | null {
    const port = this.#port;
    if (port === undefined) return null;
    try {
      const host = port.getHost();
      const place = placeOf(host);
      if (place !== undefined) return { address: place.host, family: place.family, port: place.port };
      return "name" in host ? host.name : null;
    } catch (error) {
      if (error instanceof NotListeningError) return null;
      throw error;
    }
  }

  /** Takes no more connections. `"close"` comes when those that there are have ended as well. */
  close(callback?: (error?: Error) => void): this {
    const port = this.#port;
    if (callback !== undefined) {
      if (port !== undefined) this.once("close", callback);
      else {
        this.once("close", () => callback(usageError("ERR_SERVER_NOT_RUNNING", "Server is not running.")));
      }
    }
    this.#attempt = undefined;
    this.#port = undefined;
    const closed = (): void => {
      this.#isClosing = true;
      this.#emitCloseIfDone();
    };
    if (port === undefined) closed();
    else port.stopListening().addCallback(closed);
    return this;
  }

  #emitCloseIfDone(): void {
    if (!this.#isClosing || this.#connections > 0) return;
    this.#isClosing = false;
    process.nextTick(() => this.emit("close"));
  }

  getConnections(callback: (error: Error | null, count: number) => void): this {
    process.nextTick(callback, null, this.#connections);
    return this;
  }

  /** A reactor that runs holds the process; its ports do not. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.listening) return;
    await new Promise<void>((resolve) => this.close(() => resolve()));
  }
}
