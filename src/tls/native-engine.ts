/**
 * An engine over the OpenSSL inside the native core. It works at once: what a call leads to is reported before the call returns.
 *
 * All engines of a thread share the core's memory: a few facts, two slabs for plaintext and one for ciphertext. What is in them is looked at before
 * anybody else is called, or it is lent: ciphertext for the moment in which it is copied, plaintext for an event. Inside of such an event the
 * other slab is used, which is never lent; so engines may be stacked and nested as they like.
 */
import { copyBytes } from "../bytes/copy-bytes.ts";
import { markAsLent } from "../bytes/lent.ts";
import { view } from "../bytes/view.ts";
import { InvalidStateError } from "../errors.ts";
import { loadNativeCore } from "../reactor/epoll/native-core.ts";
import type { NativeTLS } from "../reactor/epoll/native-core.ts";
import { stackless } from "../stackless.ts";
import { libraryError, truncatedError, verificationError } from "./errors.ts";
import { NativeContexts } from "./native-context.ts";
import type { TLSContext } from "./tls-context.ts";
import type { TLSEngine, TLSEngineEvents, TLSEngineFactory, TLSSession, TLSSide } from "./tls-engine.ts";
import { verificationName } from "./verification-names.ts";

/** What the core answers; the numbers are those of `native/tls.h`. */
const Status = { HANDSHAKE_DONE: 1, ENDED: 2, FAILED: 4, TICKET: 16, MORE: 32, KEYS: 64 } as const;
const Fact = { CONSUMED: 0, PLAIN: 1, CIPHER: 2 } as const;
const Peer = { ANYBODY: 0, HOST: 1, ADDRESS: 2 } as const;
const FACTS_SIZE = 16;
const PLAIN_SLAB = 64 * 1024;

/** Up to this length pieces are copied together, so that they are one record. */
const RECORD = 16 * 1024 - 256;

const LONGEST_KEPT_VIEW = 1024;

/** Longer ones are cut: the core counts with 32 bits. */
const LONGEST_PIECE = 2 ** 30;

const NO_SESSION = -1;
const NOTHING: Buffer = Buffer.alloc(0);
const ADDRESS = /^[\d.]+$|:/;

/** What all engines of a thread share. */
class Shared {
  readonly native: NativeTLS;
  readonly contexts: NativeContexts;
  readonly facts: Int32Array;
  readonly plain: Buffer;
  readonly cipher: Buffer;
  readonly record: Buffer = Buffer.allocUnsafeSlow(RECORD);
  readonly registry: FinalizationRegistry<number>;
  /** How many events are under way that have the first slab. */
  lent = 0;
  /** Views of the ciphertext slab, which all begin where it begins: to make one takes longer than to copy a short one. */
  readonly #ciphers: (Buffer | undefined)[] = [];

  constructor(native: NativeTLS) {
    const memory = native.tlsMemory();
    this.native = native;
    this.contexts = new NativeContexts(native);
    this.facts = new Int32Array(memory, 0, FACTS_SIZE / 4);
    this.plain = Buffer.from(memory, FACTS_SIZE, 2 * PLAIN_SLAB);
    this.cipher = Buffer.from(memory, FACTS_SIZE + 2 * PLAIN_SLAB);
    this.registry = new FinalizationRegistry((session) => native.tlsSessionFree(session));
    // It is the runtime itself that keeps such memory from being transferred; to mark it for that as well ends Node 24 at its exit.
    markAsLent(memory);
  }

  cipherOf(length: number): Buffer {
    if (length > LONGEST_KEPT_VIEW) return this.cipher.subarray(0, length);
    return (this.#ciphers[length] ??= this.cipher.subarray(0, length));
  }
}

/** The factory, or `null` where there is no core, or no OpenSSL that it may use. */
export function loadNativeTLSEngine(): TLSEngineFactory | null {
  const native = loadNativeCore();
  if (native?.tlsMemory === undefined) return null;
  try {
    return new NativeTLSEngineFactory(new Shared(native as NativeTLS));
  } catch {
    // A runtime that lets nobody share memory with it.
    return null;
  }
}

class NativeTLSEngineFactory implements TLSEngineFactory {
  readonly name = "native";
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  makeEngine(context: TLSContext, side: TLSSide, events: TLSEngineEvents): TLSEngine {
    return new NativeTLSEngine(this.#shared, context, side, events);
  }

  prepare(context: TLSContext, side: TLSSide): void {
    this.#shared.contexts.numberOf(context, side);
  }
}

class NativeTLSEngine implements TLSEngine {
  readonly borrowsCiphertext = true;
  readonly #shared: Shared;
  readonly #native: NativeTLS;
  readonly #context: TLSContext;
  readonly #events: TLSEngineEvents;
  #session: number;
  #life: "new" | "handshaking" | "open" | "over" = "new";
  #isDelivering = false;
  /** Whether the peer has said that it will send no more, or the stream below has ended without that. */
  #receiving: "open" | "cut off" | "ended" = "open";
  /** Whether a call to the core, or what it has led to, is under way. */
  #isReceiving = false;
  /** What was received and has to wait, oldest first; an empty one stands for what OpenSSL has. */
  #waiting: Buffer[] = [];
  #held = 0;
  #sending: "open" | "ending" | "ended" = "open";
  #isSending = false;
  #outgoing: Uint8Array[] = [];
  #unsent = 0;

  constructor(shared: Shared, context: TLSContext, side: TLSSide, events: TLSEngineEvents) {
    this.#shared = shared;
    this.#native = shared.native;
    this.#context = context;
    this.#events = events;
    const { verifyPeer, peerName = "", serverName = "", session = NOTHING, onSessionTicket } = context;
    const isChecked = side === "client" && verifyPeer !== "none" && peerName !== "";
    const kind = !isChecked ? Peer.ANYBODY : ADDRESS.test(peerName) ? Peer.ADDRESS : Peer.HOST;
    const expected = isChecked ? (kind === Peer.HOST ? peerName.replace(/\.$/, "") : peerName) : "";
    const number = shared.contexts.numberOf(context, side);
    this.#session = shared.native.tlsSession(number, kind, expected, serverName, session, onSessionTicket ? 1 : 0);
    // Nobody has to destroy an engine that was forgotten.
    shared.registry.register(this, this.#session, this);
  }

  get unsent(): number {
    return this.#unsent;
  }

  get held(): number {
    return this.#held;
  }

  start(): void {
    if (this.#life !== "new") return;
    this.#life = "handshaking";
    this.#advance(NOTHING);
  }

  receive(ciphertext: Buffer): void {
    if (this.#life === "over" || this.#receiving === "ended") return;
    if (this.#isReceiving || this.#waiting.length > 0 || !this.#mayAdvance()) this.#wait(ciphertext, false);
    else this.#advance(ciphertext);
  }

  receiveEnd(): void {
    if (this.#receiving !== "open") return;
    this.#receiving = "cut off";
    this.#checkCutOff();
  }

  send(pieces: readonly Uint8Array[]): void {
    if (this.#life === "over" || this.#sending === "ended") return;
    for (const piece of pieces) {
      this.#unsent += piece.length;
      if (piece.length <= LONGEST_PIECE) this.#outgoing.push(piece);
      else this.#outgoing.push(...cut(piece));
    }
    if (this.#life === "open" && !this.#isSending) this.#sendOutgoing();
  }

  sendNow(piece: Uint8Array): boolean {
    const isFree = this.#life === "open" && this.#sending === "open" && !this.#isSending && this.#outgoing.length === 0;
    if (!isFree || piece.length > LONGEST_PIECE) return false;
    this.#unsent += piece.length;
    this.#isSending = true;
    try {
      this.#sendPiece(piece);
    } finally {
      this.#isSending = false;
    }
    // What the stream below has led to meanwhile.
    this.#sendOutgoing();
    return true;
  }

  endSending(): void {
    if (this.#sending !== "open") return;
    this.#sending = "ending";
    if (this.#life === "open" && !this.#isSending) this.#sendOutgoing();
  }

  startDelivering(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    if (this.#life !== "open" || this.#isReceiving) return;
    const next = this.#nextWaiting();
    if (next !== undefined) this.#advance(next);
    else this.#checkCutOff();
  }

  stopDelivering(): void {
    this.#isDelivering = false;
  }

  destroy(): void {
    this.#life = "over";
    this.#waiting = [];
    this.#outgoing = [];
    this.#held = this.#unsent = 0;
    if (this.#session === NO_SESSION) return;
    this.#shared.registry.unregister(this);
    this.#native.tlsSessionFree(this.#session);
    this.#session = NO_SESSION;
  }

  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer {
    if (this.#life !== "open") {
      throw new InvalidStateError("Cannot export keying material: the connection is over, expected it to be open");
    }
    return this.#native.tlsExport(this.#session, length, label, context);
  }

  /** Whether OpenSSL may see what has arrived: the handshake needs all of it, and later somebody has to want it. */
  #mayAdvance(): boolean {
    return this.#life === "handshaking" || (this.#life === "open" && this.#isDelivering && this.#receiving !== "ended");
  }

  #wait(ciphertext: Uint8Array, isFirst: boolean): void {
    const kept = ciphertext.length === 0 ? NOTHING : Buffer.from(ciphertext);
    this.#held += kept.length;
    if (isFirst) this.#waiting.unshift(kept);
    else this.#waiting.push(kept);
  }

  #nextWaiting(): Buffer | undefined {
    if (this.#waiting.length === 0 || !this.#mayAdvance()) return undefined;
    const next = this.#waiting.shift()!;
    this.#held -= next.length;
    return next;
  }

  /** Gives to OpenSSL what has arrived, and then what has waited. */
  #advance(ciphertext: Buffer): void {
    this.#isReceiving = true;
    try {
      for (let next: Buffer | undefined = ciphertext; next !== undefined; next = this.#nextWaiting())
        this.#digest(next);
    } finally {
      this.#isReceiving = false;
    }
    this.#checkCutOff();
  }

  #digest(ciphertext: Buffer): void {
    const { facts } = this.#shared;
    let offset = 0;
    for (;;) {
      if (!this.#mayAdvance()) {
        if (this.#life !== "over" && this.#receiving !== "ended") this.#wait(ciphertext.subarray(offset), true);
        return;
      }
      const slab = this.#shared.lent === 0 ? 0 : 1;
      const status = this.#native.tlsReceive(this.#session, ciphertext, offset, slab);
      offset += facts[Fact.CONSUMED]!;
      const length = facts[Fact.PLAIN]!;
      const outgoing = facts[Fact.CIPHER]!;
      if (outgoing === 0 && (status & ~Status.MORE) === 0) {
        if (length > 0) this.#plaintext(slab, length);
      } else {
        // Whoever is told may have the slabs used again.
        const plaintext = length === 0 ? NOTHING : this.#copied(slab, length);
        if (outgoing > 0) this.#ciphertext(outgoing);
        if (plaintext.length > 0 && this.#isAlive()) this.#events.plaintext(plaintext);
        if (this.#isAlive()) this.#digestStatus(status);
      }
      if ((status & ~(Status.TICKET | Status.KEYS)) === 0 && offset >= ciphertext.length) return;
    }
  }

  #digestStatus(status: number): void {
    if ((status & Status.KEYS) !== 0) {
      const lines = this.#native.tlsKeys(this.#session);
      for (const line of lines?.trimEnd().split("\n") ?? []) this.#context.keyLog?.(line);
      if (!this.#isAlive()) return;
    }
    if ((status & Status.FAILED) !== 0) {
      this.#fail(this.#libraryError());
      return;
    }
    if ((status & Status.HANDSHAKE_DONE) !== 0) this.#handshakeDone();
    if ((status & Status.TICKET) !== 0 && this.#isAlive()) {
      const ticket = this.#native.tlsTicket(this.#session);
      if (ticket !== undefined) this.#events.sessionTicket(ticket);
    }
    if ((status & Status.ENDED) !== 0 && this.#isAlive()) {
      this.#receiving = "ended";
      this.#events.receivingEnded();
    }
  }

  #isAlive(): boolean {
    return this.#life !== "over";
  }

  #copied(slab: number, length: number): Buffer {
    return copyBytes(this.#shared.plain, slab * PLAIN_SLAB, slab * PLAIN_SLAB + length);
  }

  #plaintext(slab: number, length: number): void {
    if (slab !== 0 || !this.#events.borrowsPlaintext) {
      this.#events.plaintext(this.#copied(slab, length));
      return;
    }
    this.#shared.lent++;
    try {
      this.#events.plaintext(view(this.#shared.plain.buffer, this.#shared.plain.byteOffset, length));
    } finally {
      this.#shared.lent--;
    }
  }

  #ciphertext(length: number): void {
    this.#events.ciphertext(this.#shared.cipherOf(length), true);
  }

  #handshakeDone(): void {
    this.#life = "open";
    const [version, cipher, negotiatedProtocol, serverName, reused, ...peerCertificates] = this.#native.tlsFacts(
      this.#session,
    );
    const session: TLSSession = {
      version,
      cipher,
      negotiatedProtocol,
      serverName,
      peerCertificates,
      reused: reused !== 0,
    };
    // What is written meanwhile comes after what was written before.
    this.#isSending = true;
    this.#events.handshakeDone(session);
    this.#isSending = false;
    if (!this.#isAlive() || (this.#outgoing.length === 0 && this.#sending === "open")) return;
    const hasWaited = this.#unsent > 0;
    this.#sendOutgoing();
    if (hasWaited && this.#isAlive() && this.#unsent === 0) this.#events.drained();
  }

  #sendOutgoing(): void {
    this.#isSending = true;
    try {
      while (this.#outgoing.length > 0 && this.#isAlive()) this.#sendPieces();
      if (this.#sending === "ending" && this.#isAlive()) this.#sendEnd();
    } finally {
      this.#isSending = false;
    }
  }

  #sendPieces(): void {
    const pieces = this.#outgoing;
    this.#outgoing = [];
    if (pieces.length === 1) {
      this.#sendPiece(pieces[0]!);
      return;
    }
    // Small ones are put together.
    const { record } = this.#shared;
    let used = 0;
    for (const piece of pieces) {
      if (used > 0 && used + piece.length > RECORD) {
        this.#sendPiece(record.subarray(0, used));
        used = 0;
      }
      if (piece.length > RECORD / 2) {
        if (used > 0) this.#sendPiece(record.subarray(0, used));
        used = 0;
        this.#sendPiece(piece);
      } else {
        record.set(piece, used);
        used += piece.length;
      }
      if (!this.#isAlive()) return;
    }
    if (used > 0) this.#sendPiece(record.subarray(0, used));
  }

  #sendPiece(piece: Uint8Array): void {
    const { facts } = this.#shared;
    for (let offset = 0; offset < piece.length && this.#isAlive();) {
      const status = this.#native.tlsSend(this.#session, piece, offset);
      const consumed = facts[Fact.CONSUMED]!;
      offset += consumed;
      this.#unsent -= consumed;
      const length = facts[Fact.CIPHER]!;
      if (length > 0) this.#ciphertext(length);
      if ((status & Status.FAILED) !== 0 && this.#isAlive()) this.#fail(this.#libraryError());
    }
  }

  #sendEnd(): void {
    this.#sending = "ended";
    const status = this.#native.tlsEnd(this.#session);
    const length = this.#shared.facts[Fact.CIPHER]!;
    if (length > 0) this.#ciphertext(length);
    if (!this.#isAlive()) return;
    if ((status & Status.FAILED) !== 0) this.#fail(this.#libraryError());
    else this.#events.sendingEnded();
  }

  /** When the stream below has ended, the peer's close_notify is among what has arrived, or will never come. */
  #checkCutOff(): void {
    if (this.#receiving !== "cut off" || !this.#isAlive() || this.#isReceiving || this.#waiting.length > 0) return;
    if (this.#life === "open" && !this.#isDelivering) return;
    this.#fail(truncatedError(this.#life !== "open"));
  }

  #libraryError(): Error {
    const [library, reason, verification, text] = this.#native.tlsError();
    const isVerification = verification !== 0 && (reason === undefined || reason === "certificate verify failed");
    const said = isVerification ? text : (reason ?? "the library gives no reason");
    const cause = stackless(() => Object.assign(new Error(said), { library, reason }));
    if (isVerification) return verificationError(verificationName(verification), { cause, message: text });
    return libraryError(said, this.#life !== "open", cause);
  }

  #fail(error: Error): void {
    if (!this.#isAlive()) return;
    this.#life = "over";
    this.#events.failed(error);
  }
}

function cut(piece: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(piece.length / LONGEST_PIECE) }, (_, index) =>
    piece.subarray(index * LONGEST_PIECE, (index + 1) * LONGEST_PIECE),
  );
}
