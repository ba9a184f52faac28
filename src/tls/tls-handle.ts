/**
 * TLS as a handle: between a connection, which knows the states that protocols see, and the handle that moves its bytes.
 *
 * What a stream without TLS has, this has as well: closing when everything is sent, half-closing, back-pressure both ways. To close, we say
 * so (close_notify) when everything has come out, and wait for the peer to say the same, or to close: whoever closes while something
 * is still on its way to him resets the connection, and takes with it what he sent last. That wait has a limit, as the handshake has.
 *
 * A protocol that knows half-closed connections may go on sending when the peer has said its close_notify, as RFC 8446 section 6.1 has it.
 */
import { X509Certificate } from "node:crypto";
import type { ReactorTime } from "../clock/reactor-time.ts";
import { Logger } from "../logger/logger.ts";
import { stackless } from "../stackless.ts";
import type {
  SecureStreamEvents,
  SecureStreamHandle,
  SecureStreamOptions,
  SecurityFacts,
} from "../transport/secure-stream.ts";
import type { FileTransfer } from "../transport/file-transfer.ts";
import type { StreamEvents, StreamHandle } from "../transport/stream-handle.ts";
import { ChoosingEngine } from "./choosing-engine.ts";
import {
  HandshakeBacklogError,
  HandshakeTimeoutError,
  NotTLSError,
  TruncatedStreamError,
  truncatedError,
} from "./errors.ts";
import { SecureFileLine } from "./secure-file-line.ts";
import type { TLSContext } from "./tls-context.ts";
import type { TLSEngine, TLSEngineEvents, TLSEngineFactory } from "./tls-engine.ts";

const log = new Logger({ namespace: "hawser.tls" });

const HANDSHAKE_TIMEOUT = 30;
const CLOSE_TIMEOUT = 5;
const HANDSHAKE_BACKLOG = 64 * 1024 * 1024;
/** How much of a file is read before what was read earlier is sent. */
const FILE_AHEAD = 64 * 1024;
/** From this length on a piece is worth a record of its own. */
const SENT_AT_ONCE_FROM = 8 * 1024;
/** More than any handshake needs: what the peer sends beyond, while ours waits for a program to choose a context, has to wait with him. */
const HANDSHAKE_LIMIT = 256 * 1024;

/** What TLS begins with: a byte that says what a record is. Libraries call anything else by whatever it may have been. */
const ALERT_RECORD = 21;
const HANDSHAKE_RECORD = 22;

/** Something that can be cancelled. */
interface Timer {
  cancel(): void;
}

export class TLSHandle implements SecureStreamHandle, StreamEvents, TLSEngineEvents {
  /** What the handle below asks: whether what it has received may be lent. */
  readonly protocol: { readonly borrowsData: boolean };
  facts: SecurityFacts | undefined = undefined;
  readonly #lower: StreamHandle;
  #events: StreamEvents & Partial<Pick<SecureStreamEvents, "secured">>;
  readonly #context: TLSContext;
  readonly #engine: TLSEngine;
  readonly #options: SecureStreamOptions;
  #timer: Timer | undefined = undefined;
  #peerCertificate: X509Certificate | undefined = undefined;

  /**
   * `"failed"`: there is no TLS any more, the handle below closes. `"given up"`: it was told to close without more ado, and nothing is of
   * interest but that it has.
   */
  #life: "new" | "handshaking" | "open" | "failed" | "given up" | "closed" = "new";
  #reading: "stopped" | "started" | "ended" = "stopped";
  #writing: "open" | "ending" | "ended" = "open";
  /** Whether this is to close when everything is sent. */
  #isClosing = false;
  /** Whether the handle below has been told to close when everything is sent. */
  #isClosingLower = false;
  #isUndrained = false;
  #reportsEachDrain = false;
  #files: SecureFileLine | undefined = undefined;
  #hasReceived = false;
  /** How many bytes have been received in the handshake. */
  #handshakeBytes = 0;
  #failure: Error | undefined = undefined;

  constructor(
    lower: StreamHandle,
    events: SecureStreamEvents,
    engines: TLSEngineFactory,
    context: TLSContext,
    options: SecureStreamOptions,
  ) {
    this.#lower = lower;
    this.#events = events;
    this.#context = context;
    this.#options = options;
    this.#engine =
      options.isClient || context.contextForServerName === undefined
        ? engines.makeEngine(context, options.isClient ? "client" : "server", this)
        : new ChoosingEngine(engines, context, this);
    this.protocol = { borrowsData: this.#engine.borrowsCiphertext };
  }

  start(): void {
    this.#life = "handshaking";
    const { handshakeTimeout = HANDSHAKE_TIMEOUT } = this.#options;
    this.#startTimer(handshakeTimeout, () => this.#handshakeTimedOut(handshakeTimeout));
    this.#lower.connect(this);
    // The handshake goes on whether somebody wants to read or not.
    this.#lower.startReading();
    this.#engine.start();
    if (this.#reading === "started" && this.#isAlive()) this.#engine.startDelivering();
  }

  connect(events: StreamEvents): void {
    this.#events = events;
  }

  getPeerCertificate(): X509Certificate | undefined {
    const der = this.facts?.peerCertificates[0];
    if (der !== undefined) this.#peerCertificate ??= new X509Certificate(der);
    return this.#peerCertificate;
  }

  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer {
    return this.#engine.exportKeyingMaterial(length, label, context);
  }

  // What the connection asks for.

  get unsent(): number {
    return this.#unsentBelow + (this.#files?.unsent ?? 0);
  }

  send(pieces: readonly Uint8Array[]): void {
    if (!this.#isAlive()) return;
    this.#isUndrained = true;
    if (this.#files?.occupied === true) {
      this.#files.add(pieces);
      return;
    }
    this.#engine.send(pieces);
    if (this.#life !== "handshaking") return;
    const { handshakeBacklog = HANDSHAKE_BACKLOG } = this.#options;
    if (this.#engine.unsent <= handshakeBacklog) return;
    const message = `More than ${handshakeBacklog} bytes were written before the TLS handshake was done (handshakeBacklog)`;
    this.failed(stackless(() => new HandshakeBacklogError(message)));
  }

  /** What fills a record has nothing to wait for, and needs no copy; shorter pieces are put together when the event is over. */
  gather(piece: Uint8Array): boolean {
    if (piece.length < SENT_AT_ONCE_FROM || this.#life !== "open" || this.#files?.occupied === true) return false;
    if (this.#engine.sendNow?.(piece) !== true) return false;
    this.#isUndrained = true;
    return true;
  }

  sendFile(file: FileTransfer): void {
    this.#isUndrained = true;
    this.#files ??= new SecureFileLine((pieces) => this.#engine.send(pieces));
    this.#files.add(file);
    this.#lower.reportEachDrain(true);
    this.#moveFiles();
  }

  reportEachDrain(enabled: boolean): void {
    if (enabled && this.unsent > 0) this.#isUndrained = true;
    this.#reportsEachDrain = enabled;
    if (this.#files?.occupied !== true) this.#lower.reportEachDrain(enabled);
  }

  startReading(): void {
    if (this.#reading !== "stopped") return;
    this.#reading = "started";
    if (!this.#isAlive()) return;
    if (this.#life === "open") this.#lower.startReading();
    this.#engine.startDelivering();
  }

  stopReading(): void {
    if (this.#reading !== "started") return;
    this.#reading = "stopped";
    if (!this.#isAlive() || this.#isClosing) return;
    this.#engine.stopDelivering();
    if (this.#life === "open") this.#lower.stopReading();
  }

  endWriting(): void {
    if (this.#writing !== "open") return;
    this.#writing = "ending";
    if (this.#life === "open") this.#endSending();
  }

  closeGracefully(): void {
    if (this.#isClosing || !this.#isAlive()) return;
    this.#isClosing = true;
    if (this.#life === "handshaking") {
      // With nothing to say there is no reason to wait for the handshake.
      if (this.#engine.unsent === 0 && this.#files?.occupied !== true) this.#closeLower();
      return;
    }
    this.#closeOpen();
  }

  close(): void {
    this.#giveUp();
    this.#lower.close();
  }

  reset(): void {
    this.#giveUp();
    this.#lower.reset();
  }

  // What the handle below reports.

  received(data: Buffer): void {
    // Nothing follows a close_notify; what does all the same is not kept.
    if (!this.#isAlive() || this.#reading === "ended") return;
    if (!this.#hasReceived && data.length > 0) {
      this.#hasReceived = true;
      if (data[0] !== ALERT_RECORD && data[0] !== HANDSHAKE_RECORD) {
        this.failed(stackless(() => new NotTLSError("What the peer sent is no TLS, but plain text perhaps")));
        return;
      }
    }
    if (this.#life === "handshaking") {
      this.#handshakeBytes += data.length;
      if (this.#handshakeBytes > HANDSHAKE_LIMIT) this.#lower.stopReading();
    }
    this.#engine.receive(data);
  }

  readingEnded(): void {
    if (!this.#isAlive()) return;
    if (this.#reading !== "ended") this.#engine.receiveEnd();
    // Who is gone needs no more of our patience.
    else if (this.#isClosing && this.#writing === "ended") this.#closeLower();
  }

  writingEnded(): void {}

  /** Reported by the handle below, and by the engine. */
  drained(): void {
    if (!this.#isUndrained || this.#unsentBelow > 0) return;
    if (this.#files?.occupied === true && this.#isAlive()) this.#moveFiles();
    if (this.unsent > 0) return;
    this.#isUndrained = false;
    if (this.#isAlive()) this.#events.drained();
  }

  closed(error: Error | undefined): void {
    if (this.#life === "closed") return;
    const isClean = this.#life === "given up" || this.#isClosingLower || this.#reading === "ended";
    const wasHandshaking = this.#life === "handshaking";
    this.#giveUp();
    this.#life = "closed";
    this.#events.closed(this.#failure ?? error ?? (isClean ? undefined : truncatedError(wasHandshaking)));
  }

  // What the engine reports.

  get borrowsPlaintext(): boolean {
    return this.#events.protocol.borrowsData === true;
  }

  ciphertext(data: Uint8Array, lent: boolean): void {
    if (!lent) this.#lower.send([data]);
    else if (this.#lower.gather?.(data) !== true) this.#lower.send([Buffer.from(data)]);
  }

  plaintext(data: Buffer): void {
    // Who closes has heard enough.
    if (this.#life === "open" && !this.#isClosing) this.#events.received(data);
  }

  handshakeDone(session: SecurityFacts): void {
    if (this.#life !== "handshaking") return;
    this.#stopTimer();
    this.#life = "open";
    this.facts = session;
    if (this.#reading === "stopped" && !this.#isClosing) this.#lower.stopReading();
    else if (this.#handshakeBytes > HANDSHAKE_LIMIT) this.#lower.startReading();
    this.#events.secured?.();
    if (this.#life !== ("open" as string)) return;
    if (this.#isClosing) this.#closeOpen();
    else if (this.#writing === "ending") this.#endSending();
  }

  sessionTicket(session: Buffer): void {
    try {
      this.#context.onSessionTicket?.(session);
    } catch (error) {
      log.failure("onSessionTicket threw an error", error);
    }
  }

  receivingEnded(): void {
    if (this.#life !== "open" || this.#reading === "ended") return;
    this.#reading = "ended";
    // To notice that the peer closes, and not to keep what it should not send.
    this.#lower.startReading();
    if (!this.#isClosing) this.#events.readingEnded();
    else if (this.#writing === "ended") this.#closeLower();
  }

  sendingEnded(): void {
    if (this.#life !== "open" || this.#writing === "ended") return;
    this.#writing = "ended";
    if (this.#isClosing) this.#waitForPeer();
    else process.nextTick(() => this.#isAlive() && this.#events.writingEnded());
  }

  failed(error: Error): void {
    if (!this.#isAlive()) return;
    // It has closed, though not politely, what we have closed already; nothing is missing.
    const isGoodEnough = this.#isClosing && this.#writing === "ended" && error instanceof TruncatedStreamError;
    if (!isGoodEnough) this.#failure = error;
    this.#closeLower();
  }

  /** Whether there is TLS, or is going to be. */
  #isAlive(): boolean {
    return this.#life === "open" || this.#life === "handshaking";
  }

  /** The handshake is done, and everything that was written is with the engine. */
  #closeOpen(): void {
    // What the peer says from now on is of no interest, except that it closes.
    this.#engine.startDelivering();
    this.#lower.startReading();
    if (this.#writing === "ended") this.#waitForPeer();
    else this.#endSending();
  }

  get #unsentBelow(): number {
    return this.#engine.unsent + this.#lower.unsent;
  }

  /** Sends what waits in the line of files, as long as the handle below takes it. */
  #moveFiles(): void {
    const files = this.#files!;
    files.move(() => this.#isAlive() && this.#unsentBelow <= FILE_AHEAD);
    if (files.occupied) return;
    this.#lower.reportEachDrain(this.#reportsEachDrain);
    if (this.#life === "open" && (this.#writing === "ending" || this.#isClosing)) this.#endSending();
  }

  /** Says that we send no more, behind all files. */
  #endSending(): void {
    if (this.#files?.occupied !== true) this.#engine.endSending();
  }

  #waitForPeer(): void {
    if (this.#reading === "ended") this.#closeLower();
    else this.#startTimer(this.#options.closeTimeout ?? CLOSE_TIMEOUT, () => this.#closeTimedOut());
  }

  #closeTimedOut(): void {
    // A slow reader has not heard of it yet.
    if (this.#lower.unsent > 0) this.#waitForPeer();
    else this.#closeLower();
  }

  #handshakeTimedOut(timeout: number): void {
    if (this.#life !== "handshaking") return;
    const message = `The TLS handshake was not done within ${timeout} seconds (handshakeTimeout)`;
    this.#failure = stackless(() => new HandshakeTimeoutError(message));
    this.#life = "failed";
    this.#engine.destroy();
    this.#lower.close();
  }

  /** Closes the handle below when it has sent everything; nothing is received any more. */
  #closeLower(): void {
    this.#stopTimer();
    this.#life = "failed";
    this.#isClosingLower = true;
    this.#engine.destroy();
    this.#lower.stopReading();
    this.#lower.closeGracefully();
    if (this.#failure === undefined) return;
    // A peer with which something is wrong may read slowly on purpose.
    this.#startTimer(this.#options.closeTimeout ?? CLOSE_TIMEOUT, () => this.#lower.close());
  }

  #giveUp(): void {
    this.#stopTimer();
    this.#life = "given up";
    this.#engine.destroy();
  }

  #startTimer(seconds: number, call: () => void): void {
    this.#stopTimer();
    if (seconds > 0) this.#timer = callLater(this.#options.clock, seconds, call);
  }

  #stopTimer(): void {
    const timer = this.#timer;
    this.#timer = undefined;
    timer?.cancel();
  }
}

function callLater(clock: Pick<ReactorTime, "callLater"> | undefined, seconds: number, call: () => void): Timer {
  if (clock !== undefined) {
    const delayed = clock.callLater(seconds, call);
    return { cancel: () => delayed.active() && delayed.cancel() };
  }
  const timer = setTimeout(call, seconds * 1000);
  // A connection is no reason for the process to stay.
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}
