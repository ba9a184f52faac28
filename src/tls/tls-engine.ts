/**
 * The border between the TLS layer, which moves bytes and keeps the states of a connection, and what does the cryptography.
 *
 * An engine is one endpoint without input and output: ciphertext and plaintext go in by its methods, and come out by its events. One that
 * works at once (OpenSSL over memory BIOs) reports what a call leads to before the call returns; one that takes its time (`node:tls`
 * over a Duplex) later. Both are right: whoever uses an engine must expect events inside of every call but `destroy`, and none after it;
 * `drained` alone is never reported inside of `send`.
 *
 * Views. What is given to `receive` is borrowed where the engine says that it `borrowsCiphertext`, else the engine may keep it. What is
 * given to `send` belongs to the engine until it has come out. What the engine reports may be lent, which it says: a lent view is valid until the event returns.
 */
import type { SecurityFacts } from "../transport/secure-stream.ts";
import type { TLSContext } from "./tls-context.ts";

export type TLSSide = "client" | "server";

/** What a handshake has come to. */
export type TLSSession = SecurityFacts;

/** One endpoint. It is made for its events, and does nothing before `start`. */
export interface TLSEngine {
  /** Whether ciphertext given to `receive` may be memory that is used again when the call has returned. */
  readonly borrowsCiphertext: boolean;
  /** How many bytes of plaintext were given to `send` and have not come out as ciphertext: those that wait for the handshake included. */
  readonly unsent: number;
  /** How many bytes have been received and have not come out as plaintext, as far as the engine can tell. */
  readonly held: number;
  /** Begins the handshake: a client's first message comes out. To be called once. */
  start(): void;
  /** Takes what has arrived from the peer: any number of bytes, cut anywhere. */
  receive(ciphertext: Buffer): void;
  /** The peer will send nothing more; unless it has said so with a close_notify, that is `failed`. */
  receiveEnd(): void;
  /** Takes plaintext to be sent in order; before the handshake is done it is kept. */
  send(pieces: readonly Uint8Array[]): void;
  /** Takes plaintext that is used again when the call has returned, if all of it can come out at once; answers whether it did. */
  sendNow?(piece: Uint8Array): boolean;
  /** Says with a close_notify that we will send no more, when everything has come out, and then reports `sendingEnded`. */
  endSending(): void;
  /** From now on plaintext comes out; an engine begins without. The handshake does not wait for it. */
  startDelivering(): void;
  /** From now on no plaintext comes out, nor does the peer's close_notify; what has arrived is kept. */
  stopDelivering(): void;
  /** Gives up what the engine holds; no event is reported any more. It may be called inside of events, and again. */
  destroy(): void;
  /** Bytes that only the two ends of this connection can know (RFC 5705, RFC 8446 section 7.5). Only after the handshake. */
  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer;
}

/** Whom an engine tells. */
export interface TLSEngineEvents {
  /** Whether `plaintext` keeps nothing of what it is given: the engine may then lend it. To be asked each time. */
  readonly borrowsPlaintext: boolean;
  /** Bytes for the peer. If they are `lent`, they are valid until this returns. */
  ciphertext(data: Uint8Array, lent: boolean): void;
  /** Bytes from the peer, not empty. */
  plaintext(data: Buffer): void;
  /** The handshake is done, and the peer is who it should be. Reported once, before any plaintext. */
  handshakeDone(session: TLSSession): void;
  /** A client has been given what resumes this session later; more than once, perhaps. */
  sessionTicket(session: Buffer): void;
  /** The peer has said that it will send no more (close_notify). */
  receivingEnded(): void;
  /** Our close_notify has come out. */
  sendingEnded(): void;
  /** Everything that was given to `send` has come out as ciphertext, after a time in which something had not. */
  drained(): void;
  /**
   * The connection is over, for one of the errors of `errors.ts`. An alert for the peer, if there is one, has come out before. Nothing is
   * reported after it; the engine waits to be destroyed.
   */
  failed(error: Error): void;
}

/** What makes engines. */
export interface TLSEngineFactory {
  readonly name: "native" | "node";
  /**
   * An endpoint for one connection; `serverName` is what the client has asked for, where a server knows that already. A context is taken as it
   * is: whoever wants one that is chosen by that name makes a `ChoosingEngine`. Throws where the context cannot be used, such as a key that does not belong to the certificate: an
   * error of the caller, with the library's error as its cause.
   */
  makeEngine(context: TLSContext, side: TLSSide, events: TLSEngineEvents, serverName?: string): TLSEngine;
  /** Makes of the context what all its connections share, and throws as `makeEngine` does: to find such errors early. */
  prepare(context: TLSContext, side: TLSSide): void;
}
