/**
 * What all ports for datagrams share: their life, and what becomes of errors.
 *
 * The port is bound before `startListening` returns, and the protocol started: it may write in `startProtocol`. It is closed in a later turn
 * than `stopListening`, so that `stopProtocol` is never called from inside another call of the protocol; when the reactor shuts down, at once.
 *
 * Datagrams get lost, so a datagram that cannot be sent or received is no reason to close the port: what the network says is
 * told to the protocol where it is a refusal by the connected peer, and logged otherwise.
 */
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import { execute, succeed } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import { inspectable } from "../inspectable.ts";
import { Logger } from "../logger/logger.ts";
import { NotListeningError } from "../transport/errors.ts";
import type { ListeningPort } from "../transport/transport.ts";
import type { Traffic, WriteBatch } from "../transport/write-batch.ts";
import type { BaseReactor, Closable } from "./base-reactor.ts";

const log = new Logger({ namespace: "hawser.reactor" });

const DEFAULT_MAX_PACKET_SIZE = 8192;

/** The peer has nobody who listens. Windows has several names for it. */
const REFUSALS: ReadonlySet<string | undefined> = new Set(["ECONNREFUSED", "ECONNRESET", "ENETRESET"]);
/** The system had no room for a datagram, or the port was closed before it had. */
const DROPS: ReadonlySet<string | undefined> = new Set(["EAGAIN", "ENOBUFS", "ECANCELED"]);

/** What all ports need of their protocols. */
export interface PortProtocol {
  connectionRefused?(): void;
  doStop(): void;
}

/** What all ports need of their reactors. */
export interface PortReactor extends BaseReactor {
  readonly batch: WriteBatch;
}

type PortState<H> =
  | { readonly name: "closed" }
  | { readonly name: "listening"; readonly handle: H }
  | { readonly name: "closing"; readonly handle: H };

/** `H` is the handle of the backend, for one bound socket. */
export abstract class BaseDatagramPort<P extends PortProtocol, H extends { close(): void }> implements Closable {
  protected readonly protocol: P;
  readonly #reactor: PortReactor;
  protected readonly traffic: Traffic;
  protected readonly maxPacketSize: number;
  #state: PortState<H> = { name: "closed" };
  #closed: Deferred<void>[] = [];

  constructor(protocol: P, reactor: PortReactor, maxPacketSize: number = DEFAULT_MAX_PACKET_SIZE) {
    this.protocol = protocol;
    this.#reactor = reactor;
    this.traffic = reactor.batch.traffic;
    this.maxPacketSize = checkPacketSize(maxPacketSize);
  }

  startListening(): void {
    if (this.#state.name !== "closed") {
      throw new InvalidStateError(`Cannot start listening: the port is ${this.#state.name}, expected it to be closed`);
    }
    this.#state = { name: "listening", handle: this.open() };
    this.#reactor.track(this);
    try {
      this.start();
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  stopListening(): Deferred<void> {
    if (this.#state.name === "closed") return succeed();
    const closed = new Deferred<void>();
    this.#closed.push(closed);
    if (this.#state.name === "listening") {
      const closing: PortState<H> = { name: "closing", handle: this.#state.handle };
      this.#state = closing;
      this.#reactor.loop.soon(() => {
        // Until then it may have been closed, and opened again.
        if (this.#state === closing) this.closeNow();
      });
    }
    return closed;
  }

  loseConnection(): void {
    this.stopListening().addErrback((failure) => log.failure("Closing a port failed", failure));
  }

  closeNow(): void {
    this.#close(() => {
      try {
        this.protocol.doStop();
      } catch (error) {
        log.failure("{protocol} threw an error in stopProtocol", error, { protocol: this.protocolName });
      }
    });
  }

  failed(error: Error): void {
    if (!this.listens) return;
    const { code } = error as NodeJS.ErrnoException;
    if (DROPS.has(code)) return;
    if (!REFUSALS.has(code)) log.warn("{port} lost a datagram: {error}", { port: this, error: error.message });
    else if (this.isConnected()) this.#refused();
    // Otherwise nobody knows which of all the datagrams was refused, and the protocol cannot do anything about it.
  }

  toString(): string {
    const where = this.#state.name === "closed" ? "not listening" : `on ${this.where(this.#state.handle)}`;
    return `<${this.protocolName} ${where}>`;
  }

  /** Opens a socket and binds it, or throws `CannotListenError`. Its events are those of this port. */
  protected abstract open(): H;

  /** Connects the protocol; the port listens. */
  protected abstract start(): void;

  /** Whether what the network refuses is the doing of one peer. */
  protected abstract isConnected(): boolean;

  /** How people call the place of the port. */
  protected abstract where(handle: H): string;

  /** The port is closed: forgets what was about the socket it had. */
  protected abstract forget(): void;

  protected get listens(): boolean {
    return this.#state.name === "listening";
  }

  protected get protocolName(): string {
    return this.protocol.constructor.name;
  }

  protected requireHandle(what: string): H {
    if (this.#state.name === "listening") return this.#state.handle;
    throw new NotListeningError(`Cannot ${what}: the port is ${this.#state.name}, expected it to listen`);
  }

  /** A Deferred with `port`, which is this, if it listens. */
  protected listening<T extends ListeningPort>(port: T): Deferred<T> {
    return execute(() => {
      this.requireHandle("wait for listening");
      return port;
    });
  }

  /** The protocol threw `error` when it was given a datagram. */
  protected notTaken(error: unknown): void {
    log.failure("{protocol} threw an error in datagramReceived", error, { protocol: this.protocolName });
  }

  #refused(): void {
    try {
      this.protocol.connectionRefused?.();
    } catch (error) {
      log.failure("{protocol} threw an error in connectionRefused", error, { protocol: this.protocolName });
    }
  }

  /** Closes the socket, lets `then` tell the protocol, and then those who wait. */
  #close(then: () => void = () => {}): void {
    if (this.#state.name === "closed") return;
    const { handle } = this.#state;
    const waiting = this.#closed;
    this.#closed = [];
    this.#state = { name: "closed" };
    this.forget();
    this.#reactor.untrack(this);
    handle.close();
    then();
    for (const deferred of waiting) deferred.callback();
  }

  static {
    inspectable(this.prototype, (port) => port.toString());
  }
}

function checkPacketSize(size: number): number {
  if (Number.isInteger(size) && size > 0) return size;
  const message = `Cannot take datagrams of at most ${inspect(size)} bytes: expected a whole number above 0`;
  throw typeof size === "number" ? new RangeError(message) : new TypeError(message);
}
