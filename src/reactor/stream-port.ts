/**
 * A port for streams: it listens, makes a protocol for each connection, and forgets neither until they are closed. What opens the
 * port and accepts connections is the backend's.
 */
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { fail, succeed } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import { NotListeningError } from "../transport/errors.ts";
import type { CannotListenError } from "../transport/errors.ts";
import type { ConnectionOwner, StreamConnection } from "../transport/stream-connection.ts";
import type { ListeningPort } from "../transport/transport.ts";
import type { BaseReactor, Closable } from "./base-reactor.ts";

const log = new Logger({ namespace: "hawser.reactor" });

type PortState =
  | { readonly name: "closed"; readonly error?: CannotListenError }
  | { readonly name: "opening" }
  | { readonly name: "listening"; readonly address: Address }
  | { readonly name: "closing"; readonly wasListening: boolean };

export abstract class StreamPort implements ListeningPort, Closable, ConnectionOwner {
  protected readonly factory: FactoryLike;
  protected readonly reactor: BaseReactor;
  #state: PortState = { name: "closed" };
  #opened: Deferred<ListeningPort>[] = [];
  #closed: Deferred<void>[] = [];

  constructor(factory: FactoryLike, reactor: BaseReactor) {
    this.factory = factory;
    this.reactor = reactor;
  }

  get clock(): BaseReactor {
    return this.reactor;
  }

  startListening(): void {
    if (this.#state.name !== "closed") {
      throw new InvalidStateError(`Cannot start listening: the port is ${this.#state.name}, expected it to be closed`);
    }
    this.#state = { name: "opening" };
    this.reactor.track(this);
    try {
      this.open();
    } catch (error) {
      this.#state = { name: "closed" };
      this.reactor.untrack(this);
      throw error;
    }
  }

  stopListening(): Deferred<void> {
    if (this.#state.name === "closed") return succeed();
    const closed = new Deferred<void>();
    this.#closed.push(closed);
    if (this.#state.name !== "closing") {
      const wasListening = this.#state.name === "listening";
      this.#state = { name: "closing", wasListening };
      if (!wasListening)
        this.#refuseWaiting(new NotListeningError("Cannot listen: the port was closed before it was open"));
      this.close();
    }
    return closed;
  }

  getHost(): Address {
    if (this.#state.name === "listening") return this.#state.address;
    throw new NotListeningError(
      `Cannot tell the address of the port: it is ${this.#state.name}, expected it to listen; await whenListening()`,
    );
  }

  whenListening(): Deferred<ListeningPort> {
    const state = this.#state;
    if (state.name === "listening") {
      // Never at once, whether the port is bound at once or not: who says that it is open has its reactor running by then.
      const told = new Deferred<ListeningPort>();
      process.nextTick(() => told.called || told.callback(this));
      return told;
    }
    if (state.name === "opening") {
      const opened = new Deferred<ListeningPort>();
      this.#opened.push(opened);
      return opened;
    }
    return fail(
      (state.name === "closed" ? state.error : undefined) ??
        new NotListeningError(`Cannot wait for the port to listen: it is ${state.name}, expected startListening first`),
    );
  }

  connectionClosed(connection: StreamConnection): void {
    this.reactor.untrack(connection);
  }

  closeNow(): void {
    this.stopListening().addErrback((failure) => log.failure("Closing a port failed", failure));
    // The backend may need another turn, but the reactor has none left.
    this.isClosed();
  }

  /** Opens the port, now or later: `isOpen` or `couldNotOpen` is to be called, or `CannotListenError` thrown. */
  protected abstract open(): void;
  /** Closes the port: `isClosed` is to be called. */
  protected abstract close(): void;

  protected isOpen(address: Address): void {
    if (this.#state.name !== "opening") return;
    this.#state = { name: "listening", address };
    this.factory.doStart();
    const opened = this.#opened;
    this.#opened = [];
    for (const deferred of opened) deferred.callback(this);
  }

  protected couldNotOpen(error: CannotListenError): void {
    if (this.#state.name !== "opening") return;
    this.#state = { name: "closed", error };
    this.reactor.untrack(this);
    if (this.#opened.length === 0) log.failure("A port could not be opened", error);
    this.#refuseWaiting(error);
  }

  protected isClosed(): void {
    if (this.#state.name !== "closing") return;
    const { wasListening } = this.#state;
    this.#state = { name: "closed" };
    this.reactor.untrack(this);
    if (wasListening) {
      try {
        this.factory.doStop();
      } catch (error) {
        log.failure("A factory threw an error in stopFactory", error);
      }
    }
    const closed = this.#closed;
    this.#closed = [];
    for (const deferred of closed) deferred.callback();
  }

  /** The factory's protocol for a connection, or `null` where the factory does not want it. */
  protected buildProtocol(address: Address): ProtocolLike | null {
    try {
      return this.factory.buildProtocol(address);
    } catch (error) {
      log.failure("A factory threw an error in buildProtocol; the connection is closed", new Failure(error));
      return null;
    }
  }

  protected startConnection(connection: StreamConnection): void {
    this.reactor.track(connection);
    connection.start();
  }

  #refuseWaiting(error: Error): void {
    const opened = this.#opened;
    this.#opened = [];
    for (const deferred of opened) deferred.errback(error);
  }
}
