/** A client that comes back: a factory which connects again, each time after a longer wait. */
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import type { Failure } from "../deferred/failure.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import { NotConnectingError } from "../transport/errors.ts";
import type { Connector } from "../transport/transport.ts";
import { ClientFactory } from "./factory.ts";
import type { ProtocolLike } from "./protocol.ts";

const log = new Logger({ namespace: "hawser.protocol" });

/**
 * Connects again when connecting fails and when a connection is lost. The first wait is `initialDelay * factor` seconds, each later one `factor`
 * times the one before, `maxDelay` at most; a little randomness keeps many clients from coming back at the same moment. A protocol
 * calls `resetDelay` when it is connected well.
 *
 * @example
 * class Echo extends Protocol {
 *   override connectionMade(): void {
 *     (this.factory as ReconnectingClientFactory).resetDelay();
 *   }
 * }
 * const clock = { seconds: () => 0, callLater: () => assert.fail(), getDelayedCalls: () => [] };
 * const factory = ReconnectingClientFactory.forProtocol(Echo, clock);
 * factory.maxDelay = 60;
 */
export class ReconnectingClientFactory<P extends ProtocolLike = ProtocolLike> extends ClientFactory<P> {
  /** What the waits begin from, in seconds. */
  initialDelay = 1;
  /** The longest wait in seconds, before the randomness. */
  maxDelay = 3600;
  /** By how much a wait is longer than the one before. */
  factor: number = Math.E;
  /** The standard deviation of a wait, as a part of it; 0 for no randomness. */
  jitter = 0.119626565582;
  /** How many attempts in a row may fail before it gives up; `null` for any number. */
  maxRetries: number | null = null;
  /** How many attempts have been made since the last `resetDelay`. */
  retries = 0;
  /** Whether it connects again at all. */
  continueTrying = true;
  /** What it connects with. */
  connector: Connector | undefined = undefined;
  /** What tells it the time. */
  clock: ReactorTime;
  /** Gives numbers from 0 up to, but not, 1. */
  random: () => number = Math.random;
  #delay: number | undefined = undefined;
  #call: DelayedCallLike | undefined = undefined;

  constructor(clock: ReactorTime) {
    super();
    this.clock = clock;
  }

  /** The last wait in seconds; `initialDelay` where there was none. */
  get delay(): number {
    return this.#delay ?? this.initialDelay;
  }

  set delay(seconds: number) {
    this.#delay = seconds;
  }

  override clientConnectionFailed(connector: Connector, _reason: Failure): void {
    this.#connectAgain(connector);
  }

  override clientConnectionLost(connector: Connector, _reason: Failure): void {
    this.#connectAgain(connector);
  }

  /** Connects with `connector`, or the last one there was, after a wait. Throws `InvalidStateError` where there was none. */
  retry(connector: Connector | undefined = this.connector): void {
    if (!this.continueTrying) {
      if (this.noisy) log.info("Abandoning {connector} on explicit request", { connector });
      return;
    }
    if (connector === undefined) {
      throw new InvalidStateError(
        "Cannot retry: the factory has no connector, expected one from an earlier connection",
      );
    }
    this.retries++;
    if (this.maxRetries !== null && this.retries > this.maxRetries) {
      if (this.noisy) log.info("Abandoning {connector} after {retries} retries", { connector, retries: this.retries });
      return;
    }
    this.delay = this.#nextDelay();
    if (this.noisy) log.info("{connector} will retry in {delay} seconds", { connector, delay: this.delay });
    this.#call = this.clock.callLater(this.delay, () => {
      this.#call = undefined;
      connector.connect();
    });
  }

  /** Connects no more: a wait ends, and so does an attempt to connect. A connection that there is stays. */
  stopTrying(): void {
    this.#call?.cancel();
    this.#call = undefined;
    this.continueTrying = false;
    try {
      this.connector?.stopConnecting();
    } catch (error) {
      if (!(error instanceof NotConnectingError)) throw error;
    }
  }

  /** Begins with short waits again, and tries again if it had been told not to: for a protocol to call when it is connected well. */
  resetDelay(): void {
    this.#delay = undefined;
    this.retries = 0;
    this.continueTrying = true;
  }

  #connectAgain(connector: Connector): void {
    if (!this.continueTrying) return;
    this.connector = connector;
    this.retry();
  }

  #nextDelay(): number {
    const delay = Math.min(this.delay * this.factor, this.maxDelay);
    return this.jitter === 0 ? delay : Math.max(this.#normal(delay, delay * this.jitter), 0);
  }

  /** A number from a normal distribution, by the method of Box and Muller. */
  #normal(mean: number, deviation: number): number {
    const distance = Math.sqrt(-2 * Math.log(1 - this.random()));
    return mean + deviation * distance * Math.cos(2 * Math.PI * this.random());
  }
}
