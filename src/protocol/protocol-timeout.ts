/**
 * A time limit for silence, which a protocol owns.
 *
 * To put it off is to write down a number, for it is done with each chunk that arrives. The timer stays where it is; when it fires too early,
 * it is set again for what is left.
 */
import { inspect } from "node:util";
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";

/** How much too early a timer may fire, in seconds, before it is set again: less than this is the rounding of numbers. */
const ROUNDING = 1e-9;

/**
 * Calls `timeoutConnection` when nothing has put it off for a while. Whoever owns it says `setTimeout(null)` in `connectionLost`.
 *
 * @example
 * class Impatient extends Protocol {
 *   readonly timeout: ProtocolTimeout;
 *
 *   constructor(clock: ConstructorParameters<typeof ProtocolTimeout>[0]) {
 *     super();
 *     this.timeout = new ProtocolTimeout(clock, () => this.transport.abortConnection());
 *   }
 *
 *   override connectionMade(): void {
 *     this.timeout.setTimeout(60);
 *   }
 *
 *   override dataReceived(): void {
 *     this.timeout.resetTimeout();
 *   }
 *
 *   override connectionLost(): void {
 *     this.timeout.setTimeout(null);
 *   }
 * }
 */
export class ProtocolTimeout {
  readonly #clock: ReactorTime;
  readonly #timeoutConnection: () => void;
  #seconds: number | null = null;
  #call: DelayedCallLike | undefined = undefined;
  #deadline = 0;

  constructor(clock: ReactorTime, timeoutConnection: () => void) {
    this.#clock = clock;
    this.#timeoutConnection = timeoutConnection;
  }

  /** The limit in seconds; `null` for none. */
  get timeOut(): number | null {
    return this.#seconds;
  }

  /**
   * Begins to wait for `seconds` from now, or stops waiting for `null`. Answers the limit that there was. Throws a `TypeError` or a `RangeError`
   * for what is no limit.
   */
  setTimeout(seconds: number | null): number | null {
    if (seconds !== null && !(typeof seconds === "number" && seconds >= 0)) throw badLimit(seconds);
    const previous = this.#seconds;
    this.#seconds = seconds;
    if (seconds === null) {
      this.#call?.cancel();
      this.#call = undefined;
      return previous;
    }
    this.#deadline = this.#clock.seconds() + seconds;
    if (this.#call === undefined) this.#schedule(seconds);
    else if (this.#call.getTime() > this.#deadline) this.#call.reset(seconds);
    return previous;
  }

  /** Begins to wait anew, if it is waiting. */
  resetTimeout(): void {
    if (this.#call !== undefined) this.#deadline = this.#clock.seconds() + this.#seconds!;
  }

  #schedule(seconds: number): void {
    this.#call = this.#clock.callLater(seconds, () => this.#timedOut());
  }

  #timedOut(): void {
    const left = this.#deadline - this.#clock.seconds();
    if (left > ROUNDING) {
      this.#schedule(left);
      return;
    }
    this.#call = undefined;
    this.#timeoutConnection();
  }
}

function badLimit(seconds: unknown): TypeError | RangeError {
  const message = `Cannot wait for ${inspect(seconds, { depth: 0 })}: expected a number of seconds, 0 or more, or null`;
  return typeof seconds === "number" ? new RangeError(message) : new TypeError(message);
}
