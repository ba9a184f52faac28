/**
 * A Duplex of Node over a connection of ours, with what libraries expect of a `net.Socket`.
 *
 * What arrives is pushed in a later tick, for what listens to a stream may throw, and must do that to the process and not to the transport.
 * Back-pressure: the transport is paused when as much as the stream wants is there; a write is done when the transport, of which this is a
 * producer meanwhile, does not ask to pause, or asks to go on.
 */
import { Duplex } from "node:stream";
import { InvalidStateError } from "../errors.ts";
import type { Failure } from "../deferred/failure.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import { ConnectionDone } from "../transport/errors.ts";
import type { PushProducer } from "../transport/producer.ts";
import type { HalfCloseableTransport, TCPTransport, TLSTransport, Transport } from "../transport/transport.ts";

/** A transport whose protocol can be replaced, as that of every connection can. */
export interface TakenTransport extends Transport {
  protocol: ProtocolLike;
  readonly connected?: boolean;
}

export interface TransportDuplexOptions {
  /**
   * Whether the stream can still be written to when the peer has ended its direction; `true` unless told otherwise. With `false` it ends by itself, as
   * a `net.Socket` does, for a library that counts on that. `node:tls` does not: what it still has to write would be lost.
   */
  readonly allowHalfOpen?: boolean;
  /** How many bytes are kept for the reader before the transport is paused, and from the writer before `write` answers `false`. */
  readonly highWaterMark?: number;
}

/** For so many milliseconds a stream that was ended and destroyed goes on sending what was written. */
const PATIENCE = 10_000;

type Callback = (error?: Error | null) => void;

export class TransportDuplex extends Duplex {
  /** What the stream runs over. */
  readonly transport: Transport;
  readonly connecting: boolean = false;
  readonly pending: boolean = false;
  bytesRead = 0;
  /** Bytes that have been handed to the transport. */
  bytesWritten = 0;
  /** The milliseconds without traffic after which `"timeout"` is emitted; 0 is never. */
  timeout = 0;
  #timer: NodeJS.Timeout | undefined = undefined;
  #patience: NodeJS.Timeout | undefined = undefined;
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

  constructor(transport: TakenTransport, options: TransportDuplexOptions = {}) {
    const { allowHalfOpen = true, highWaterMark } = options;
    super({ allowHalfOpen, ...(highWaterMark === undefined ? {} : { highWaterMark }) });
    if (transport.connected === false) {
      throw new InvalidStateError("Cannot make a stream of the transport: it is closed, expected a connection");
    }
    this.transport = transport;
    // Throws where there is another producer.
    transport.registerProducer(this.#producer, true);
    this.#isHeld = false;
    transport.unregisterProducer();
    const undelivered = transport.protocol?.takeUndelivered?.();
    transport.protocol = this.#protocol;
    if (undelivered !== undefined && undelivered.length > 0) this.#received(Buffer.from(undelivered));
  }

  // What a socket has.

  get remoteAddress(): string | undefined {
    return this.#peer?.host;
  }

  get remotePort(): number | undefined {
    return this.#peer?.port;
  }

  get remoteFamily(): "IPv4" | "IPv6" | undefined {
    return this.#peer?.family;
  }

  get localAddress(): string | undefined {
    return this.#host?.host;
  }

  get localPort(): number | undefined {
    return this.#host?.port;
  }

  get localFamily(): "IPv4" | "IPv6" | undefined {
    return this.#host?.family;
  }

  address(): { address?: string; family?: string; port?: number } {
    const host = this.#host;
    return host === undefined ? {} : { address: host.host, family: host.family, port: host.port };
  }

  /** Whether there is TLS below. */
  get encrypted(): boolean {
    return (this.transport as Partial<TLSTransport>).security !== undefined;
  }

  get readyState(): "open" | "readOnly" | "writeOnly" | "closed" {
    if (this.readable) return this.writable ? "open" : "readOnly";
    return this.writable ? "writeOnly" : "closed";
  }

  setNoDelay(enabled = true): this {
    (this.transport as Partial<TCPTransport>).setTcpNoDelay?.(enabled);
    return this;
  }

  setKeepAlive(enabled = false): this {
    (this.transport as Partial<TCPTransport>).setTcpKeepAlive?.(enabled);
    return this;
  }

  /** Emits `"timeout"` when nothing has been sent or received for that long. It does not close anything. */
  setTimeout(milliseconds: number, callback?: () => void): this {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.timeout = milliseconds;
    if (milliseconds > 0 && this.#lost === undefined) {
      this.#timer = setTimeout(() => this.emit("timeout"), milliseconds);
      this.#timer.unref();
    }
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

  /**
   * Closes. After `end`, what was written before is given some time to be sent: `node:tls` destroys what it runs over before it can know. Otherwise,
   * and with an error, the connection is aborted, unless the peer has ended its direction.
   */
  override destroy(error?: Error | null): this {
    const isUnderWay = this.writableEnded && !this.writableFinished && this.#lost === undefined && !this.destroyed;
    if (!isUnderWay || (error !== undefined && error !== null)) return super.destroy(error ?? undefined);
    if (this.#patience !== undefined) return this;
    this.#patience = setTimeout(() => super.destroy(), PATIENCE);
    this.#patience.unref();
    this.once("finish", () => super.destroy());
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
    if (this.#lost === undefined) this.transport.abortConnection();
    return this.destroy();
  }

  // What a stream does.

  override _read(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#lost === undefined) this.transport.resumeProducing();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: Callback): void {
    this.#send([chunk], callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: Callback): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  override _final(callback: Callback): void {
    if (this.#lost !== undefined) {
      callback();
      return;
    }
    this.#ending = callback;
    const { transport } = this;
    if (isHalfCloseable(transport)) transport.loseWriteConnection();
    else transport.loseConnection();
  }

  override _destroy(error: Error | null, callback: Callback): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#patience);
    const isPolite = (error === null || isIterationEnd(error)) && (this.writableFinished || this.readableEnded);
    const reason = error ?? (this.#lost?.value as Error | undefined) ?? new ConnectionDone("The stream was destroyed");
    this.#settle(reason);
    if (this.#lost !== undefined) {
      callback(error);
      return;
    }
    this.#closing = () => callback(error);
    // Where everything is sent, or received, there is nothing to abort.
    if (isPolite) this.transport.loseConnection();
    else this.transport.abortConnection();
  }

  #send(pieces: Buffer[], callback: Callback): void {
    const { transport } = this;
    if (this.#lost !== undefined) {
      callback(this.#lost.value as Error);
      return;
    }
    this.#isHeld = false;
    transport.registerProducer(this.#producer, true);
    transport.writeSequence(pieces);
    for (const piece of pieces) this.bytesWritten += piece.length;
    this.#timer?.refresh();
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
      this.#timer?.refresh();
      this.transport.unregisterProducer();
      const callback = this.#writing;
      this.#writing = undefined;
      if (callback !== undefined) process.nextTick(callback);
    },
    // It takes no more; the write fails with the reason why the connection ends.
    stopProducing: () => {
      this.#isHeld = true;
    },
  };

  /** What the transport tells. */
  readonly #protocol: ProtocolLike = {
    makeConnection: () => {},
    dataReceived: (data) => this.#received(data),
    readConnectionLost: () => process.nextTick(() => this.#pushEnd()),
    writeConnectionLost: () => {
      const callback = this.#ending;
      this.#ending = undefined;
      if (callback !== undefined) process.nextTick(callback);
    },
    connectionLost: (reason) => {
      this.#lost = reason;
      clearTimeout(this.#timer);
      process.nextTick(() => this.#connectionLost(reason));
    },
    logPrefix: () => "TransportDuplex",
  };

  #received(data: Buffer): void {
    this.bytesRead += data.length;
    this.#timer?.refresh();
    this.#arriving += data.length;
    if (this.#arriving + this.readableLength >= this.readableHighWaterMark) this.#pause();
    process.nextTick(() => {
      this.#arriving -= data.length;
      if (!this.destroyed && !this.push(data)) this.#pause();
    });
  }

  #pause(): void {
    if (this.#isPaused || this.#lost !== undefined) return;
    this.#isPaused = true;
    this.transport.pauseProducing();
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
    if (reason.check(ConnectionDone) === null) {
      this.destroy(reason.value as Error);
      return;
    }
    const ending = this.#ending;
    this.#ending = undefined;
    ending?.();
    this.#settle(reason.value as Error);
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

  get #peer(): Place | undefined {
    return placeOf(this.transport.getPeer());
  }

  get #host(): Place | undefined {
    return placeOf(this.transport.getHost());
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly family: "IPv4" | "IPv6";
}

function placeOf(address: Address): Place | undefined {
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
