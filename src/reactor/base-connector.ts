/**
 * A client's connecting: the same for every kind of stream. It tells the factory what happens, and can be used again: a factory calls
 * `connect` in `clientConnectionLost` to come back.
 */
import type { DelayedCallLike } from "../clock/reactor-time.ts";
import { Failure } from "../deferred/failure.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import type { ClientFactoryLike } from "../protocol/factory.ts";
import { Protocol } from "../protocol/protocol.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import { NotConnectingError, TimeoutError, UserError, getConnectError } from "../transport/errors.ts";
import type { ConnectionOwner, StreamConnection } from "../transport/stream-connection.ts";
import type { Connector } from "../transport/transport.ts";
import type { BaseReactor, Closable } from "./base-reactor.ts";

const log = new Logger({ namespace: "hawser.reactor" });

/** One attempt to connect. */
export interface Attempt {
  /** Gives up; nothing more is heard of the attempt. */
  cancel(): void;
}

/** How an attempt ends. What is said of one that was given up is not heard. */
export interface AttemptResult {
  /** Makes the connection's transport for the protocol that the factory builds for `peer`. */
  connected(peer: Address, makeConnection: (protocol: ProtocolLike) => StreamConnection): void;
  failed(error: unknown): void;
}

type ConnectorState =
  | { readonly name: "disconnected" }
  | {
      readonly name: "connecting";
      readonly attempt: Attempt | undefined;
      readonly timeout: DelayedCallLike | undefined;
    }
  | { readonly name: "connected"; readonly connection: StreamConnection | undefined };

/** The seconds after which connecting is given up, unless the caller says otherwise. */
export const DEFAULT_TIMEOUT = 30;

const DISCONNECTED: ConnectorState = { name: "disconnected" };

export abstract class BaseConnector implements Connector, ConnectionOwner, Closable {
  protected readonly reactor: BaseReactor;
  readonly isClient: boolean = true;
  readonly #factory: ClientFactoryLike;
  readonly #timeout: number;
  #state: ConnectorState = DISCONNECTED;
  #factoryStarted = false;
  /** How many attempts there were: tells what is said of this one from what is said of earlier ones. */
  #attempts = 0;

  /** `timeout` is in seconds; 0 is no limit. */
  constructor(reactor: BaseReactor, factory: ClientFactoryLike, timeout: number) {
    this.reactor = reactor;
    this.#factory = factory;
    this.#timeout = timeout;
  }

  get clock(): BaseReactor {
    return this.reactor;
  }

  get state(): "disconnected" | "connecting" | "connected" {
    return this.#state.name;
  }

  abstract getDestination(): Address;

  connect(): void {
    if (this.#state.name !== "disconnected") {
      throw new InvalidStateError(`Cannot connect: the connector is ${this.#state.name}, expected disconnected`);
    }
    if (!this.#factoryStarted) {
      this.#factory.doStart();
      this.#factoryStarted = true;
    }
    const timeout =
      this.#timeout === 0
        ? undefined
        : this.reactor.callLater(this.#timeout, () =>
            this.#giveUp(
              new TimeoutError(`No connection to ${this.getDestination().toString()} within ${this.#timeout} seconds`),
            ),
          );
    this.#state = { name: "connecting", attempt: undefined, timeout };
    this.reactor.track(this);
    this.#factory.startedConnecting(this);
    // The factory may have thought better of it.
    if (this.#state.name !== "connecting" || this.#state.timeout !== timeout) return;
    this.#attempts++;
    this.#state = { name: "connecting", attempt: this.attempt(this.#result(this.#attempts)), timeout };
  }

  disconnect(): void {
    if (this.#state.name === "connecting") this.stopConnecting();
    else if (this.#state.name === "connected") this.#state.connection?.loseConnection();
  }

  stopConnecting(): void {
    if (this.#state.name !== "connecting") {
      throw new NotConnectingError(`Cannot stop connecting: the connector is ${this.#state.name}, expected connecting`);
    }
    this.#giveUp(new UserError(`Connecting to ${this.getDestination().toString()} was stopped`));
  }

  connectionClosed(connection: StreamConnection, reason: Failure): void {
    this.reactor.untrack(connection);
    this.#state = DISCONNECTED;
    this.#tellFactory(() => this.#factory.clientConnectionLost(this, reason));
  }

  closeNow(reason: Failure): void {
    if (this.#state.name === "connecting") this.#giveUp(reason.value);
  }

  /** Begins to connect; never calls `result` before it returns. */
  protected abstract attempt(result: AttemptResult): Attempt;

  #giveUp(error: unknown): void {
    if (this.#state.name !== "connecting") return;
    this.#attempts++;
    this.#state.attempt?.cancel();
    this.#attemptFailed(error);
  }

  #result(attempt: number): AttemptResult {
    return {
      connected: (peer, makeConnection) => {
        if (attempt === this.#attempts) this.#attemptSucceeded(peer, makeConnection);
      },
      failed: (error) => {
        if (attempt === this.#attempts) this.#attemptFailed(getConnectError(error));
      },
    };
  }

  #attemptFailed(error: unknown): void {
    this.#attemptEnded();
    this.#state = DISCONNECTED;
    this.#tellFactory(() => this.#factory.clientConnectionFailed(this, new Failure(error)));
  }

  #attemptSucceeded(peer: Address, makeConnection: (protocol: ProtocolLike) => StreamConnection): void {
    this.#attemptEnded();
    this.#state = { name: "connected", connection: undefined };
    const protocol = this.#buildProtocol(peer);
    const connection = makeConnection(protocol ?? new Protocol());
    this.#state = { name: "connected", connection };
    this.reactor.track(connection);
    if (protocol === null) connection.loseConnection();
    connection.start();
  }

  #attemptEnded(): void {
    this.reactor.untrack(this);
    if (this.#state.name === "connecting" && this.#state.timeout?.active() === true) this.#state.timeout.cancel();
  }

  #buildProtocol(peer: Address): ProtocolLike | null {
    try {
      return this.#factory.buildProtocol(peer);
    } catch (error) {
      log.failure("A factory threw an error in buildProtocol; the connection is closed", error);
      return null;
    }
  }

  /** The factory may connect again in what it is told; unless it does, it is not needed any more. */
  #tellFactory(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      log.failure("A client factory threw an error", error);
    }
    if (this.#state.name !== "disconnected" || !this.#factoryStarted) return;
    this.#factoryStarted = false;
    try {
      this.#factory.doStop();
    } catch (error) {
      log.failure("A factory threw an error in stopFactory", error);
    }
  }
}
