/**
 * A stream connection: the transport that protocols see, whatever moves the bytes below it.
 *
 * It has a state of its own for each direction and for its life. `connectionLost` is called exactly once, last, when the handle
 * below is closed. What a protocol throws is logged, and closes its connection with that failure as the reason.
 */
import { isLent } from "../bytes/lent.ts";
import type { X509Certificate } from "node:crypto";
import { inspect } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { Logger } from "../logger/logger.ts";
import { InvalidStateError } from "../errors.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { stackless } from "../stackless.ts";
import type { Address } from "./address.ts";
import { ConnectionAborted, ConnectionClosed, ConnectionDone, ConnectionLost } from "./errors.ts";
import { FileTransfer } from "./file-transfer.ts";
import type { SendFileOptions } from "./file-transfer.ts";
import type { PullProducer, PushProducer } from "./producer.ts";
import { ProducerSlot } from "./producer-slot.ts";
import { checkContextFactory, checkSecureOptions } from "./secure-stream.ts";
import type {
  SecureStreamEvents,
  SecureStreamHandle,
  SecurityFacts,
  StartTLSOptions,
  TLSContextFactory,
} from "./secure-stream.ts";
import type { StreamHandle } from "./stream-handle.ts";
import type { FileTransport, TLSTransport } from "./transport.ts";
import type { Flushable, WriteBatch } from "./write-batch.ts";

const log = new Logger({ namespace: "hawser.transport" });

/** How many bytes may wait to be sent before a push producer is told to pause. */
const BUFFER_SIZE = 64 * 1024;

/** The two ends of a connection. */
export interface ConnectionAddresses {
  readonly host: Address;
  readonly peer: Address;
}

/** Who is told when a connection has ended: a port forgets it, a connector tells its factory. */
export interface ConnectionOwner {
  /** Whether this end connected to the other. */
  readonly isClient?: boolean;
  /** Who measures time for the connection; the runtime where nobody does. */
  readonly clock?: Pick<ReactorTime, "callLater"> | undefined;
  connectionClosed(connection: StreamConnection, reason: Failure): void;
}

export class StreamConnection implements FileTransport, TLSTransport, SecureStreamEvents, Flushable {
  /** Receives the events; another one may take its place at any time. */
  protocol: ProtocolLike;
  protected handle: StreamHandle;
  #addresses: ConnectionAddresses;
  readonly #owner: ConnectionOwner;
  readonly #batch: WriteBatch;
  readonly #producer: ProducerSlot = new ProducerSlot();

  /**
   * `"disconnecting"`: to be closed, once the producer is done. `"closing"`: the handle closes when everything is sent. `"ended"`: it closes
   * at once, for `#reason`, and the protocol hears nothing more but that.
   */
  #life: "connected" | "disconnecting" | "closing" | "ended" | "disconnected" = "connected";
  #reading: "open" | "paused" | "ended" = "open";
  /** What was handed on to a protocol that had paused. */
  #held: Buffer | undefined = undefined;
  #writing: "open" | "ending" | "ended" = "open";
  #reason: Failure | undefined = undefined;

  /** What was written since the last flush. */
  #pieces: Uint8Array[] = [];
  #pending = 0;
  /** Files that are being sent. */
  #files: Set<FileTransfer> | undefined = undefined;

  constructor(
    protocol: ProtocolLike,
    handle: StreamHandle,
    addresses: ConnectionAddresses,
    owner: ConnectionOwner,
    batch: WriteBatch,
  ) {
    this.protocol = protocol;
    this.handle = handle;
    this.#addresses = addresses;
    this.#owner = owner;
    this.#batch = batch;
  }

  /** Connects the protocol and begins to read. To be called once. */
  start(): void {
    this.#batch.traffic.connectionsMade++;
    this.#dispatch(() => this.protocol.makeConnection(this));
    if (this.#reading === "open" && this.#life === "connected") this.handle.startReading();
  }

  /** Whether the connection is not closed yet. */
  get connected(): boolean {
    return this.#life !== "disconnected";
  }

  get disconnecting(): boolean {
    return this.#life !== "connected" && this.#life !== "disconnected";
  }

  getHost(): Address {
    return this.#addresses.host;
  }

  getPeer(): Address {
    return this.#addresses.peer;
  }

  /** From now on, `getHost` and `getPeer` answer these: somebody who relays the connection has said whose it is. */
  readdress(addresses: ConnectionAddresses): void {
    this.#addresses = addresses;
  }

  write(data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (!(bytes instanceof Uint8Array)) throw notBytes(data);
    if ((this.#life !== "connected" || this.#writing !== "open") && !this.#waitsForProducer()) return;
    if (bytes.length === 0) return;
    this.#batch.traffic.bytesSent += bytes.length;
    const isFirst = this.#pending === 0;
    if (!isFirst || this.handle.gather?.(bytes) !== true) {
      this.#pieces.push(isLent(bytes) ? Buffer.from(bytes) : bytes);
      this.#pending += bytes.length;
      // A producer is not to be paused for what the system takes at once.
      if (this.#producer.occupied && this.#pending > BUFFER_SIZE) this.flush();
      else if (isFirst) this.#batch.note(this);
    }
    if (this.#producer.occupied && this.#pending + this.handle.unsent > BUFFER_SIZE) this.#pauseProducer();
  }

  writeSequence(pieces: Iterable<string | Uint8Array>): void {
    for (const piece of pieces) this.write(piece);
  }

  sendFile(fd: number, options: SendFileOptions = {}): Deferred<number> {
    const file = new FileTransfer(fd, options);
    if ((this.#life !== "connected" || this.#writing !== "open") && !this.#waitsForProducer()) {
      file.fail(new InvalidStateError("Cannot send a file: the connection takes no more, expected it to be open"));
    }
    if (file.isOver) return file.done;
    this.#batch.traffic.bytesSent += file.left;
    const files = (this.#files ??= new Set());
    files.add(file);
    this.flush();
    const done = file.done.addBoth((result) => {
      files.delete(file);
      return result;
    });
    if (this.handle.sendFile !== undefined) this.handle.sendFile(file);
    else for (let chunk = file.readNow(); chunk !== undefined; chunk = file.readNow()) this.handle.send([chunk]);
    if (this.#producer.occupied && this.handle.unsent > BUFFER_SIZE) this.#pauseProducer();
    return done;
  }

  loseConnection(): void {
    if (this.#life !== "connected") return;
    this.#life = "disconnecting";
    // Whoever closes has heard enough.
    if (this.#reading === "open") this.handle.stopReading();
    this.#producer.disconnecting();
    this.#closeIfDone();
  }

  abortConnection(): void {
    if (this.#life === "disconnected" || this.#life === "ended") return;
    this.#end(new Failure(new ConnectionAborted()));
    this.handle.reset();
  }

  loseWriteConnection(): void {
    if (this.#life !== "connected" || this.#writing !== "open") return;
    this.#writing = "ending";
    this.#endWritingIfDone();
  }

  startTLS(contextFactory: TLSContextFactory, options: StartTLSOptions = {}): void {
    if (this.#life !== "connected" || this.#writing !== "open" || this.#reading === "ended") {
      throw new InvalidStateError(
        `Cannot start TLS: the connection is ${this.#life}, sending is ${this.#writing}, receiving ${this.#reading}, expected it to be open both ways`,
      );
    }
    const { isClient = this.#owner.isClient === true, received, ...others } = options;
    checkContextFactory("start TLS", contextFactory, isClient ? "client" : "server");
    checkSecureOptions(others);
    // What was written before goes out as it is.
    this.flush();
    const secure = contextFactory.secure(this.handle, this, { ...others, isClient, clock: this.#owner.clock });
    this.handle = secure;
    if (this.#producer.occupied) secure.reportEachDrain(true);
    if (this.#reading === "open") secure.startReading();
    secure.start();
    // What the protocol has not looked at is TLS, or nothing: whoever sent plain text behind the request is no client of ours.
    const undelivered = received ?? this.protocol.takeUndelivered?.();
    if (undelivered !== undefined && undelivered.length > 0) secure.received(Buffer.from(undelivered));
  }

  get security(): SecurityFacts | undefined {
    return this.#secure.facts;
  }

  get negotiatedProtocol(): string | undefined {
    return this.#secure.facts?.negotiatedProtocol;
  }

  getTLSVersion(): string | undefined {
    return this.#secure.facts?.version;
  }

  getPeerCertificate(): X509Certificate | undefined {
    return this.#secure.getPeerCertificate?.();
  }

  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer {
    const { facts } = this.#secure;
    if (facts === undefined) {
      throw new InvalidStateError(
        "Cannot export keying material: the connection has no TLS, expected a handshake that is done",
      );
    }
    return this.#secure.exportKeyingMaterial!(length, label, context);
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    if (!this.#isOpen()) {
      producer.stopProducing();
      return;
    }
    this.#producer.register(producer, streaming);
    if (!streaming) {
      this.handle.reportEachDrain(true);
      this.#producer.wantsMore();
    }
  }

  unregisterProducer(): void {
    this.#producer.unregister();
    this.handle.reportEachDrain(false);
    if (this.#life === "disconnecting") this.#closeIfDone();
    else this.#endWritingIfDone();
  }

  pauseProducing(): void {
    if (this.#reading !== "open") return;
    this.#reading = "paused";
    this.handle.stopReading();
  }

  resumeProducing(): void {
    if (this.#reading !== "paused" || this.#life !== "connected") return;
    this.#reading = "open";
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.handOn(held);
    if (this.#reading === "open" && this.#life === "connected") this.handle.startReading();
  }

  /**
   * Gives the protocol bytes that somebody had received in its place: at once, or, where it has paused, when it resumes, before
   * everything else.
   */
  handOn(data: Buffer): void {
    if (this.#life !== "connected" || data.length === 0) return;
    if (this.#reading === "open") this.#dispatch(() => this.protocol.dataReceived(data));
    else this.#held = data;
  }

  stopProducing(): void {
    this.loseConnection();
  }

  flush(): void {
    if (this.#pending === 0) return;
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pending = 0;
    this.handle.send(pieces);
  }

  /** Closes at once and calls `connectionLost` with `reason`: for a reactor that shuts down. */
  closeNow(reason: Failure): void {
    if (this.#life === "disconnected") return;
    this.flush();
    this.#reason = reason;
    this.handle.close();
    this.closed(undefined);
  }

  received(data: Buffer): void {
    if (this.#life !== "connected") return;
    this.#batch.enter();
    this.#batch.traffic.bytesReceived += data.length;
    try {
      this.protocol.dataReceived(data);
    } catch (error) {
      this.#failed(error);
    }
    this.#batch.leave();
  }

  readingEnded(): void {
    this.#reading = "ended";
    if (!this.#isOpen()) return;
    const { protocol } = this;
    if (protocol.readConnectionLost !== undefined) {
      this.#dispatch(() => protocol.readConnectionLost!());
      if (this.#writing === "ended") this.#closeCleanly();
      return;
    }
    // Nobody will hear any more from the peer; what was written for it is still sent.
    this.#stopProducer();
    this.loseConnection();
  }

  writingEnded(): void {
    this.#writing = "ended";
    if (!this.#isOpen()) return;
    this.#stopProducer();
    const { protocol } = this;
    if (protocol.writeConnectionLost !== undefined) this.#dispatch(() => protocol.writeConnectionLost!());
    if (this.#reading === "ended") this.#closeCleanly();
  }

  secured(): void {
    if (!this.#isOpen()) return;
    const { protocol } = this;
    if (protocol.handshakeCompleted !== undefined) this.#dispatch(() => protocol.handshakeCompleted!());
  }

  drained(): void {
    if (!this.#isOpen()) return;
    if (this.#pending > 0) {
      if (this.#producer.occupied) this.handle.reportEachDrain(true);
      return;
    }
    if (!this.#producer.pulls) this.handle.reportEachDrain(false);
    this.#dispatch(() => this.#producer.wantsMore());
  }

  closed(error: Error | undefined): void {
    if (this.#life === "disconnected") return;
    const reason = this.#reason ?? new Failure(stackless(() => closedBy(error)));
    this.#life = "disconnected";
    this.#batch.traffic.connectionsLost++;
    this.#pieces = [];
    this.#pending = 0;
    this.#stopProducer();
    this.#batch.enter();
    for (const file of this.#files ?? []) file.fail(reason);
    try {
      this.protocol.connectionLost(reason);
    } catch (thrown) {
      log.failure("{protocol} threw an error in connectionLost", thrown, { protocol: nameOf(this.protocol) });
    }
    this.#owner.connectionClosed(this, reason);
    this.#batch.leave();
  }

  /** Calls the protocol with an event, while it hears any. */
  protected tell(call: () => unknown): void {
    if (this.#life === "connected") this.#dispatch(call);
  }

  #dispatch(call: () => unknown): void {
    this.#batch.enter();
    try {
      call();
    } catch (error) {
      this.#failed(error);
    }
    this.#batch.leave();
  }

  /** The protocol threw an error: it has lost its right to a connection. */
  #failed(error: unknown): void {
    const failure = new Failure(error);
    log.failure("{protocol} threw an error; its connection is closed", failure, { protocol: nameOf(this.protocol) });
    if (this.#life === "disconnected" || this.#life === "ended") return;
    this.#end(failure);
    this.handle.close();
  }

  /** The handle, which may be one with TLS in it. */
  get #secure(): Partial<SecureStreamHandle> {
    return this.handle;
  }

  /** Whether the handle has not been told to close. */
  #isOpen(): boolean {
    return this.#life === "connected" || this.#life === "disconnecting";
  }

  /** Whether everything was asked to end, and it is the producer who still has something to say. */
  #waitsForProducer(): boolean {
    return this.#producer.occupied && this.#isOpen() && this.#writing !== "ended";
  }

  /** From now on nothing is read or sent; the handle is to be closed. */
  #end(reason: Failure): void {
    this.#life = "ended";
    this.#reason = reason;
    this.#pieces = [];
    this.#pending = 0;
    this.#stopProducer();
  }

  #pauseProducer(): void {
    // The handle may be able to send what waits here in one go, which would not be a drain otherwise.
    if (this.#pending > 0) this.handle.reportEachDrain(true);
    this.#producer.tooMuch();
  }

  #stopProducer(): void {
    if (!this.#producer.occupied) return;
    try {
      this.#producer.stop();
    } catch (error) {
      log.failure("A producer threw an error in stopProducing", error);
    }
  }

  #closeIfDone(): void {
    if (!this.#producer.occupied) this.#closeCleanly();
  }

  #closeCleanly(): void {
    if (!this.#isOpen()) return;
    this.#life = "closing";
    this.flush();
    this.handle.closeGracefully();
  }

  #endWritingIfDone(): void {
    if (this.#writing !== "ending" || this.#producer.occupied) return;
    this.flush();
    this.handle.endWriting();
  }
}

function closedBy(error: Error | undefined): Error {
  if (error === undefined) return new ConnectionDone();
  return error instanceof ConnectionClosed ? error : new ConnectionLost(undefined, { cause: error });
}

function nameOf(protocol: ProtocolLike): string {
  return protocol.logPrefix?.() ?? protocol.constructor.name;
}

function notBytes(data: unknown): TypeError {
  return new TypeError(`Cannot write ${inspect(data, { depth: 0 })}: expected a string or a Uint8Array`);
}
