/**
 * A socket for foreign code: what `net.Socket` is, over a connection of a reactor of ours.
 *
 * Events come in ticks of their own, as Node's do, for what a listener throws is the process's business. Closing is what the system's `close` is:
 * what was handed over is still sent, and the peer sees an end, not a reset.
 */
import { isIP } from "node:net";
import { addAbortSignal } from "node:stream";
import type { Duplex } from "node:stream";
import { Failure } from "../../deferred/failure.ts";
import type { ClientFactoryLike } from "../../protocol/factory.ts";
import type { ProtocolLike } from "../../protocol/protocol.ts";
import { placeOf, SocketDuplex } from "../../streams/socket-duplex.ts";
import type { Callback, Place, SocketAddress } from "../../streams/socket-duplex.ts";
import { ConnectionDone } from "../../transport/errors.ts";
import { StreamConnection } from "../../transport/stream-connection.ts";
import type { Connector, Transport } from "../../transport/transport.ts";
import type { ForeignReactor } from "./foreign-reactor.ts";
import { lookUp } from "./lookup.ts";
import { checkedPort, connectArguments } from "./net-arguments.ts";
import type { NetConnectOptions } from "./net-arguments.ts";
import { codeOf, connectError, systemError, usageError } from "./node-error.ts";
import type { NodePlace } from "./node-error.ts";

export interface ForeignSocketOptions {
  /** Whether the socket can still be written to when the peer has ended its direction; `false` unless told otherwise. */
  readonly allowHalfOpen?: boolean | undefined;
  readonly highWaterMark?: number | undefined;
  /** Destroys the socket. */
  readonly signal?: AbortSignal | undefined;
}

/** Linux gives up connecting after so many seconds: six tries, each waiting twice as long as the one before. */
const CONNECT_TIMEOUT = 127;

export class ForeignSocket extends SocketDuplex {
  /** The server that the connection came to. */
  server: object | undefined = undefined;
  connecting = false;
  readonly #reactor: ForeignReactor;
  readonly #isHalfOpen: boolean;
  /** Tells the attempt that is under way from those that were given up. */
  #attempt: object | undefined = undefined;
  #connector: Connector | undefined = undefined;
  #noDelay: boolean | undefined = undefined;
  #keepAlive: boolean | undefined = undefined;
  /** Where the peer is: known for ever once somebody has asked. */
  #peer: Place | undefined = undefined;
  #writtenLength = 0;

  constructor(reactor: ForeignReactor, options: ForeignSocketOptions = {}) {
    const { allowHalfOpen = false, highWaterMark, signal } = options;
    super(reactor, {
      allowHalfOpen,
      decodeStrings: true,
      // "close" says whether there was an error.
      emitClose: false,
      ...(highWaterMark === undefined ? {} : { highWaterMark }),
    });
    this.#reactor = reactor;
    this.#isHalfOpen = allowHalfOpen;
    if (signal !== undefined) addAbortSignal(signal, this as Duplex);
  }

  /** What a port of ours is given for a connection that becomes this socket. */
  get acceptor(): ProtocolLike {
    return this.protocol;
  }

  // Connecting.

  /** Connects: `(options, callback?)`, `(path, callback?)`, `(port, host?, callback?)`. A socket that was closed can connect again. */
  connect(...args: unknown[]): this {
    const { options, callback } = connectArguments(args);
    const { path } = options;
    if (path === undefined && options.port === undefined) {
      throw usageError(
        "ERR_MISSING_ARGS",
        'The "options" or "port" or "path" argument must be specified, to know where to connect',
        TypeError,
      );
    }
    const port = path === undefined ? checkedPort(options.port, "Port") : 0;
    if (this.destroyed) this.#revive();
    if (options.noDelay === true) this.setNoDelay();
    if (options.keepAlive === true) this.setKeepAlive(true);
    if (callback !== undefined) this.once("connect", callback);
    this.connecting = true;
    const attempt = {};
    this.#attempt = attempt;
    if (path !== undefined) {
      this.#dial(attempt, { address: path }, (factory) =>
        this.#reactor.connectUNIX(path, factory, { timeout: CONNECT_TIMEOUT }),
      );
      return this;
    }
    const host = options.host ?? "localhost";
    if (isIP(host) !== 0) {
      process.nextTick(() => this.#dialTCP(attempt, host, port, options));
      return this;
    }
    lookUp(this.#reactor, host, { ...options, port }, (error, address, family) => {
      if (this.#attempt !== attempt) return;
      this.emit("lookup", error, address, family, host);
      if (error !== null || address === undefined) this.destroy(error ?? undefined);
      else this.#dialTCP(attempt, address, port, options);
    });
    return this;
  }

  #dialTCP(attempt: object, host: string, port: number, options: NetConnectOptions): void {
    const { localAddress, localPort } = options;
    const from = {
      ...(localAddress === undefined ? {} : { host: localAddress }),
      ...(localPort === undefined ? {} : { port: localPort }),
    };
    const bind = localAddress === undefined && localPort === undefined ? {} : { bindAddress: from };
    this.#dial(attempt, { address: host, port }, (factory) =>
      this.#reactor.connectTCP(host, port, factory, { timeout: CONNECT_TIMEOUT, ...bind }),
    );
  }

  #dial(attempt: object, place: NodePlace, dial: (factory: ClientFactoryLike) => Connector): void {
    if (this.#attempt !== attempt) return;
    this.#connector = dial({
      ...SILENT_FACTORY,
      buildProtocol: () => (this.#attempt === attempt ? this.protocol : null),
      clientConnectionFailed: (_connector, reason) => {
        process.nextTick(() => {
          if (this.#attempt === attempt) this.destroy(connectError(reason.value, place));
        });
      },
    });
  }

  protected override connectionMade(transport: Transport): void {
    super.connectionMade(transport);
    if (this.#noDelay !== undefined) super.setNoDelay(this.#noDelay);
    if (this.#keepAlive !== undefined) super.setKeepAlive(this.#keepAlive);
    if (!this.connecting) return;
    process.nextTick(() => {
      if (this.destroyed || !this.connecting) return;
      this.connecting = false;
      this.emit("connect");
      this.emit("ready");
    });
  }

  /** A socket that was closed becomes like a new one. */
  #revive(): void {
    this.forgetConnection();
    this.#peer = undefined;
    // What Node's own sockets do then: there is no other way to use a stream twice.
    (this as unknown as { _undestroy(): void })._undestroy();
  }

  // What a socket has.

  /** Whether there is no connection, or not yet. */
  get pending(): boolean {
    return this.transport === undefined || this.destroyed || this.connecting;
  }

  override get readyState(): "opening" | "open" | "readOnly" | "writeOnly" | "closed" {
    return this.connecting ? "opening" : super.readyState;
  }

  override get bytesWritten(): number {
    // What waits in the stream counts as written, what is being written does not count twice.
    return super.bytesWritten + this.writableLength - this.#writtenLength;
  }

  /** How much waits to be written; older libraries ask. */
  get bufferSize(): number {
    return this.writableLength;
  }

  override address(): SocketAddress {
    return this.destroyed || this.connecting ? {} : super.address();
  }

  protected override get peerPlace(): Place | undefined {
    if (this.#peer === undefined && !this.destroyed && !this.connecting) this.#peer = super.peerPlace;
    return this.#peer;
  }

  protected override get hostPlace(): Place | undefined {
    return this.destroyed || this.transport === undefined ? undefined : placeOf(this.transport.getHost());
  }

  override setNoDelay(enabled = true): this {
    this.#noDelay = enabled;
    return super.setNoDelay(enabled);
  }

  override setKeepAlive(enabled = false, initialDelay = 0): this {
    this.#keepAlive = enabled;
    return super.setKeepAlive(enabled, initialDelay);
  }

  override resetAndDestroy(): this {
    if (this.connecting) {
      return this.once("connect", () => this.resetAndDestroy());
    }
    if (this.transport === undefined || this.destroyed) {
      return this.destroy(usageError("ERR_SOCKET_CLOSED", "Socket is closed"));
    }
    return super.resetAndDestroy();
  }

  // What a stream does.

  override write(chunk: unknown, callback?: Callback): boolean;
  override write(chunk: unknown, encoding?: BufferEncoding, callback?: Callback): boolean;
  override write(...args: unknown[]): boolean {
    const callback = args.at(-1);
    if (this.#isHalfOpen || !this.readableEnded || !this.writableEnded || this.destroyed) {
      return super.write(...(args as [unknown]));
    }
    const error = usageError("EPIPE", "This socket has been ended by the other party");
    if (typeof callback === "function") process.nextTick(callback, error);
    this.destroy(error);
    return false;
  }

  override _final(callback: Callback): void {
    if (this.connecting) this.once("connect", () => super._final(callback));
    else super._final(callback);
  }

  protected override send(pieces: readonly Buffer[], callback: Callback): void {
    if (this.connecting) {
      const neverConnected = (): void => {
        callback(
          usageError("ERR_SOCKET_CLOSED_BEFORE_CONNECTION", "Socket closed before the connection was established"),
        );
      };
      this.once("close", neverConnected);
      this.once("connect", () => {
        this.off("close", neverConnected);
        this.send(pieces, callback);
      });
      return;
    }
    if (this.transport === undefined) {
      callback(usageError("ERR_SOCKET_CLOSED", "Socket is closed"));
      return;
    }
    for (const piece of pieces) this.#writtenLength += piece.length;
    super.send(pieces, (error) => {
      this.#writtenLength = 0;
      callback(error);
    });
  }

  override _destroy(error: Error | null, callback: Callback): void {
    // Node says nothing of errors where there has never been anything to close.
    const hadError = this.transport === undefined && this.#attempt === undefined ? [] : [error !== null];
    this.connecting = false;
    this.#attempt = undefined;
    if (this.#connector?.state === "connecting") this.#connector.stopConnecting();
    this.#connector = undefined;
    super._destroy(error, (reason) => {
      callback(reason);
      // After "error", which the stream emits in the next tick, and after what others do in that.
      process.nextTick(() => process.nextTick(() => this.emit("close", ...hadError)));
      this.emit(CLOSED);
    });
  }

  protected override closeTransport(transport: Transport, isPolite: boolean): void {
    if (transport instanceof StreamConnection) transport.closeNow(new Failure(new ConnectionDone()));
    else if (isPolite) transport.loseConnection();
    else transport.abortConnection();
  }

  protected override errorOf(reason: Error): Error {
    if (reason instanceof ConnectionDone) return systemError("write", "EPIPE", reason);
    return systemError("read", codeOf(reason, "ECONNRESET"), reason);
  }
}

/** What the protocols of sockets are made by, but for making them: nobody needs to hear of the rest. */
export const SILENT_FACTORY = {
  doStart(): void {},
  doStop(): void {},
  startedConnecting(): void {},
  clientConnectionLost(): void {},
};

/** Emitted by a socket as soon as it is closed, for its server to count. */
export const CLOSED: unique symbol = Symbol("closed");
