/**
 * An engine of a server that chooses a context by the name that a client asks for: it reads the name, has the program choose, which may take its
 * time, and then makes the engine of the chosen context, for which nothing has happened yet.
 *
 * So all of that context counts, whichever library does the cryptography: its versions and protocols, whom it trusts, and whether it asks for a
 * certificate. Sessions belong to contexts too: one that was made under a name that asks for none cannot be resumed under one that does.
 */
import { isThenable } from "../deferred/thenable.ts";
import { InvalidStateError } from "../errors.ts";
import { libraryError, truncatedError } from "./errors.ts";
import type { HasServerContext, TLSContext } from "./tls-context.ts";
import type { TLSEngine, TLSEngineEvents, TLSEngineFactory } from "./tls-engine.ts";
import { ClientHelloReader } from "./wire/client-hello.ts";

/** RFC 8446 section 6: a fatal alert in a record of its own, `internal_error`. */
const INTERNAL_ERROR: Buffer = Buffer.from([21, 3, 3, 0, 2, 2, 80]);

export class ChoosingEngine implements TLSEngine {
  readonly borrowsCiphertext = true;
  readonly #factory: TLSEngineFactory;
  readonly #context: TLSContext;
  readonly #events: TLSEngineEvents;
  readonly #hello: ClientHelloReader = new ClientHelloReader();
  #life: "new" | "reading" | "choosing" | "chosen" | "over" = "new";
  /** That of the chosen context. */
  #engine: TLSEngine | undefined = undefined;
  /** What was received, given and asked for before there was an engine. */
  #received: Buffer[] = [];
  #held = 0;
  #outgoing: Uint8Array[] = [];
  #unsent = 0;
  #isDelivering = false;
  #isEnding = false;

  /** `context` has a `contextForServerName`. */
  constructor(factory: TLSEngineFactory, context: TLSContext, events: TLSEngineEvents) {
    this.#factory = factory;
    this.#context = context;
    this.#events = events;
  }

  get unsent(): number {
    return this.#engine?.unsent ?? this.#unsent;
  }

  get held(): number {
    return this.#engine?.held ?? this.#held;
  }

  start(): void {
    if (this.#life === "new") this.#life = "reading";
  }

  receive(ciphertext: Buffer): void {
    if (this.#engine !== undefined) {
      this.#engine.receive(this.#engine.borrowsCiphertext ? ciphertext : Buffer.from(ciphertext));
      return;
    }
    if (this.#life === "over") return;
    this.#received.push(Buffer.from(ciphertext));
    this.#held += ciphertext.length;
    if (this.#life !== "reading") return;
    const hello = this.#hello.receive(ciphertext);
    if (hello === "needData") return;
    this.#life = "choosing";
    this.#ask(hello.serverName);
  }

  receiveEnd(): void {
    if (this.#engine !== undefined) this.#engine.receiveEnd();
    else this.#fail(truncatedError(true));
  }

  send(pieces: readonly Uint8Array[]): void {
    if (this.#engine !== undefined) this.#engine.send(pieces);
    else if (this.#life !== "over") {
      for (const piece of pieces) {
        this.#outgoing.push(piece);
        this.#unsent += piece.length;
      }
    }
  }

  endSending(): void {
    this.#isEnding = true;
    this.#engine?.endSending();
  }

  startDelivering(): void {
    this.#isDelivering = true;
    this.#engine?.startDelivering();
  }

  stopDelivering(): void {
    this.#isDelivering = false;
    this.#engine?.stopDelivering();
  }

  destroy(): void {
    this.#life = "over";
    this.#engine?.destroy();
    this.#forget();
  }

  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer {
    if (this.#engine !== undefined) return this.#engine.exportKeyingMaterial(length, label, context);
    throw new InvalidStateError(
      "Cannot export keying material: no context is chosen, expected a handshake that is done",
    );
  }

  #ask(serverName: string | undefined): void {
    if (serverName === undefined) {
      this.#use(undefined, undefined);
      return;
    }
    try {
      const answer = this.#context.contextForServerName!(serverName);
      if (!isThenable(answer)) {
        this.#use(answer, serverName);
        return;
      }
      answer.then(
        (chosen) => this.#use(chosen, serverName),
        (error: unknown) => this.#refuse(error),
      );
    } catch (error) {
      this.#refuse(error);
    }
  }

  #use(chosen: HasServerContext | undefined, serverName: string | undefined): void {
    if (this.#life !== "choosing") return;
    let engine: TLSEngine;
    try {
      engine = this.#factory.makeEngine(chosen?.serverContext() ?? this.#context, "server", this.#events, serverName);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    this.#life = "chosen";
    this.#engine = engine;
    const received = Buffer.concat(this.#received);
    const outgoing = this.#outgoing;
    this.#forget();
    if (outgoing.length > 0) engine.send(outgoing);
    if (this.#isEnding) engine.endSending();
    engine.start();
    if (this.#isDelivering) engine.startDelivering();
    engine.receive(received);
  }

  #refuse(error: unknown): void {
    if (this.#life !== "choosing") return;
    this.#events.ciphertext(INTERNAL_ERROR, false);
    this.#fail(libraryError(error instanceof Error ? error.message : String(error), true, error));
  }

  #fail(error: Error): void {
    if (this.#life === "over") return;
    this.#life = "over";
    this.#forget();
    this.#events.failed(error);
  }

  #forget(): void {
    this.#received = [];
    this.#outgoing = [];
    this.#held = this.#unsent = 0;
  }
}
