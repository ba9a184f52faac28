/**
 * What streams of Node over a connection of ours have in common: bytes both ways, with back-pressure, and the surface of a `net.Socket`.
 *
 * What arrives is pushed in a later tick, for what listens to a stream may throw, and must do that to the process and not to the transport.
 * Back-pressure: the transport is paused when as much as the stream wants is there; a write is done when the transport, of which this is a
 * producer meanwhile, does not ask to pause, or asks to go on.
 */
import { Duplex } from "node:stream";
import type { DuplexOptions } from "node:stream";
import type { Failure } from "../deferred/failure.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import { ConnectionDone } from "../transport/errors.ts";
import type { PushProducer } from "../transport/producer.ts";
import type { HalfCloseableTransport, TCPTransport, Transport } from "../transport/transport.ts";
import { StreamTimer } from "./stream-timer.ts";
import type { StreamClock } from "./stream-timer.ts";

export type Callback = (error?: Error | null) => void;

/** What `address()` of a socket answers; nothing where it has none. */
export interface SocketAddress {
  readonly address?: string;
  readonly family?: string;
  readonly port?: number;
}

export abstract class SocketDuplex extends Duplex {
  /** What the stream runs over; `undefined` before there is a connection. */
  transport: Transport | undefined = undefined;
  bytesRead = 0;
  /** The milliseconds without traffic after which `"timeout"` is emitted; 0 is never, and so is `undefined`, where nobody has said. */
  timeout: number | undefined = undefined;
  #handedOver = 0;
  readonly #timer: StreamTimer;
  /** Bytes that have arrived and are to be pushed in a later tick. */
  #arriving = 0;
  #isPaused = false;
  #hasEnded = false;
  #lost: Failure | undefined = undefined;
  /** What the transport says of a write: to hold, or that it takes no more. */
  #isHeld = false;
  #writing: Callback | undefined = undefined;
  #ending: Callback | undefined = undefined;
  #closing: (() => void) | undefined = undefined;

  constructor(clock: StreamClock | undefined, options: DuplexOptions) {
    super(options);
    this.#timer = new StreamTimer(clock, () => this.emit("timeout"));
  }

  // What a socket has.

  get remoteAddress(): string | undefined {
    return this.peerPlace?.host;
  }

  get remotePort(): number | undefined {
    return this.peerPlace?.port;
  }

  get remoteFamily(): "IPv4" | "IPv6" | undefined {
    return this.peerPlace?.family;
  }

  get localAddress(): string | undefined {
    return this.hostPlace?.host;
  }

  get localPort(): number | undefined {
    return this.hostPlace?.port;
  }

  get localFamily(): "IPv4" | "IPv6" | undefined {
    return this.hostPlace?.family;
  }

  address(): SocketAddress {
    const host = this.hostPlace;
    return host === undefined ? {} : { address: host.host, family: host.family, port: host.port };
  }

  /** Bytes that have been handed to the transport. */
  get bytesWritten(): number {
    return this.#handedOver;
  }

  get readyState(): "opening" | "open" | "readOnly" | "writeOnly" | "closed" {
    if (this.readable) return this.writable ? "open" : "readOnly";
    return this.writable ? "writeOnly" : "closed";
  }

  setNoDelay(enabled = true): this {
    (this.transport as Partial<TCPTransport> | undefined)?.setTcpNoDelay?.(enabled);
    return this;
  }

  setKeepAlive(enabled = false, _initialDelay?: number): this {
    (this.transport as Partial<TCPTransport> | undefined)?.setTcpKeepAlive?.(enabled);
    return this;
  }

  /** Emits `"timeout"` when nothing has been sent or received for that long. It does not close anything. */
  setTimeout(milliseconds: number, callback?: () => void): this {
    this.timeout = milliseconds;
    if (milliseconds > 0 && this.#lost === undefined) this.#timer.start(milliseconds / 1000);
    else this.#timer.stop();
    if (callback !== undefined) {
      if (milliseconds > 0) this.once("timeout", callback);
      else this.removeListener("timeout", callback);
    }
    return this;
  }

  /** A reactor that runs holds the process; its connections do not. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Closes when everything is written. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", () => this.destroy());
  }

  /** Closes with a reset, where there is such a thing. */
  resetAndDestroy(): this {
    if (!this.isLost) this.transport?.abortConnection();
    return this.destroy();
  }

  // What a stream does.

  override _read(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (!this.isLost) this.transport?.resumeProducing();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: Callback): void {
    this.send([chunk], callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: Callback): void {
    this.send(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  override _final(callback: Callback): void {
    const { transport } = this;
    if (this.isLost || transport === undefined) {
      callback();
      return;
    }
    this.#ending = callback;
    if (isHalfCloseable(transport)) transport.loseWriteConnection();
    else transport.loseConnection();
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.#timer.stop();
    const { transport } = this;
    const isPolite = (error === null || isIterationEnd(error)) && (this.writableFinished || this.readableEnded);
    const reason = this.#lost === undefined ? undefined : this.errorOf(this.#lost.value as Error);
    this.#settle(error ?? reason ?? new ConnectionDone("The stream was destroyed"));
    if (this.isLost || transport === undefined) {
      callback(error);
      return;
    }
    this.#closing = () => callback(error);
    this.closeTransport(transport, isPolite);
  }

  /** Sends pieces over the transport; the callback is called when it takes more. */
  protected send(pieces: readonly Buffer[], callback: Callback): void {
    if (this.#lost !== undefined) {
      callback(this.errorOf(this.#lost.value as Error));
      return;
    }
    const transport = this.transport!;
    this.#isHeld = false;
    transport.registerProducer(this.#producer, true);
    transport.writeSequence(pieces);
    for (const piece of pieces) this.#handedOver += piece.length;
    this.#timer.refresh();
    if (this.#isHeld) {
      this.#writing = callback;
      return;
    }
    transport.unregisterProducer();
    callback();
  }

  readonly #producer: PushProducer = {
    pauseProducing: () => {
      this.#isHeld = true;
    },
    resumeProducing: () => {
      this.#timer.refresh();
      this.transport!.unregisterProducer();
      const callback = this.#writing;
      this.#writing = undefined;
      if (callback !== undefined) process.nextTick(callback);
    },
    // It takes no more; the write fails with the reason why the connection ends.
    stopProducing: () => {
      this.#isHeld = true;
    },
  };

  // What the transport tells.

  /** The protocol of the transport. */
  protected readonly protocol: ProtocolLike = {
    makeConnection: (transport) => this.connectionMade(transport),
    dataReceived: (data) => this.received(data),
    readConnectionLost: () => process.nextTick(() => this.#pushEnd()),
    writeConnectionLost: () => {
      const callback = this.#ending;
      this.#ending = undefined;
      if (callback !== undefined) process.nextTick(callback);
    },
    connectionLost: (reason) => {
      this.#lost = reason;
      this.#timer.stop();
      process.nextTick(() => this.#connectionLost(reason));
    },
    logPrefix: () => this.constructor.name,
  };

  /** Called by a transport that is given `protocol` when there is a connection. */
  protected connectionMade(transport: Transport): void {
    this.transport = transport;
    this.#timer.refresh();
  }

  protected received(data: Buffer): void {
    this.bytesRead += data.length;
    this.#timer.refresh();
    this.#arriving += data.length;
    if (this.#arriving + this.readableLength >= this.readableHighWaterMark) this.#pause();
    process.nextTick(() => {
      this.#arriving -= data.length;
      if (!this.destroyed && !this.push(data)) this.#pause();
    });
  }

  /** Whether the connection that there was has ended. */
  protected get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** The error that listeners are told where the connection has ended for `reason`. */
  protected errorOf(reason: Error): Error {
    return reason;
  }

  /** Closes what the stream runs over. `isPolite`: everything is sent or received, so that there is nothing to abort. */
  protected abstract closeTransport(transport: Transport, isPolite: boolean): void;

  /** Makes the stream like one that was never connected. */
  protected forgetConnection(): void {
    this.transport = undefined;
    this.bytesRead = 0;
    this.#handedOver = 0;
    this.#isPaused = false;
    this.#hasEnded = false;
    this.#lost = undefined;
    this.#closing = undefined;
  }

  /** Where the peer is, while that is known. */
  protected get peerPlace(): Place | undefined {
    return this.transport === undefined ? undefined : placeOf(this.transport.getPeer());
  }

  protected get hostPlace(): Place | undefined {
    return this.transport === undefined ? undefined : placeOf(this.transport.getHost());
  }

  #pause(): void {
    if (this.#isPaused || this.isLost) return;
    this.#isPaused = true;
    this.transport!.pauseProducing();
  }

  #pushEnd(): void {
    if (this.#hasEnded || this.destroyed) return;
    this.#hasEnded = true;
    this.push(null);
    // An end behind nothing is noticed without anybody asking for bytes.
    if (this.readableLength === 0) this.read(0);
  }

  #connectionLost(reason: Failure): void {
    if (this.#closing !== undefined) {
      this.#closing();
      return;
    }
    const error = this.errorOf(reason.value as Error);
    if (reason.check(ConnectionDone) === null) {
      this.destroy(error);
      return;
    }
    const ending = this.#ending;
    this.#ending = undefined;
    ending?.();
    this.#settle(error);
    this.#pushEnd();
    if (this.readableEnded) this.destroy();
    else this.once("end", () => this.destroy());
  }

  /** Lets the write and the end that are under way fail. */
  #settle(error: Error): void {
    const writing = this.#writing;
    const ending = this.#ending;
    this.#writing = undefined;
    this.#ending = undefined;
    writing?.(error);
    ending?.(error);
  }
}

/** A place on the internet. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly family: "IPv4" | "IPv6";
}

export function placeOf(address: Address): Place | undefined {
  if (!("type" in address) || address.type === "PIPE") return undefined;
  return { host: address.host, port: address.port, family: "scopeID" in address ? "IPv6" : "IPv4" };
}

/** What Node destroys a stream with that was iterated over to its end and can still be written to. */
function isIterationEnd(error: Error & { readonly code?: unknown }): boolean {
  return error.code === "ABORT_ERR";
}

function isHalfCloseable(transport: Transport): transport is HalfCloseableTransport {
  return typeof (transport as Partial<HalfCloseableTransport>).loseWriteConnection === "function";
}
