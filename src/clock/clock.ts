/**
 * `Clock`: time that passes when a test says so.
 *
 * It reproduces Twisted's `Clock` in the order of calls at the same time and of calls that others schedule, move and cancel
 * meanwhile; the order itself is the business of `TimerQueue`.
 */
import { inspect } from "node:util";
import { schedule } from "./delayed-call.ts";
import type { DelayedCall } from "./delayed-call.ts";
import type { ReactorTime } from "./reactor-time.ts";
import { TimerQueue } from "./timer-queue.ts";

/**
 * @example
 * const clock = new Clock();
 * const rung: number[] = [];
 * clock.callLater(3, () => rung.push(clock.seconds()));
 * clock.advance(2);
 * assert.deepEqual(rung, []);
 * clock.advance(2);
 * assert.deepEqual(rung, [4]);
 */
export class Clock implements ReactorTime {
  /** The current time; to set it makes no call run until the next `advance`. */
  rightNow: number = 0;
  readonly #queue: TimerQueue<DelayedCall> = new TimerQueue<DelayedCall>(() => this.seconds());

  /** The current time in seconds; a new clock says 0. */
  seconds(): number {
    return this.rightNow;
  }

  /**
   * Calls `callback(...args)` when `advance` has come to `delay` seconds from now. Throws a `TypeError` for what is no number or no
   * function, a `RangeError` for a negative delay or NaN; a delay of `Infinity` never ends.
   */
  callLater<A extends unknown[]>(delay: number, callback: (...args: A) => unknown, ...args: A): DelayedCall {
    return schedule(this.#queue, delay, callback, args);
  }

  /** The calls that are still to run, in their order; calls that were moved keep their place until the clock looks. */
  getDelayedCalls(): DelayedCall[] {
    return this.#queue.callsInOrder();
  }

  /**
   * Lets `seconds` pass at once, then makes the calls that are due, also those that these schedule for now. An exception in a call
   * is thrown to the caller; the calls behind it are left for the next `advance`.
   */
  advance(seconds: number): void {
    if (typeof seconds !== "number") throw new TypeError(cannotAdvance(seconds));
    if (!Number.isFinite(this.rightNow + seconds)) throw new RangeError(cannotAdvance(seconds));
    this.rightNow += seconds;
    for (;;) {
      // A call may set the clock, or advance it.
      const call = this.#queue.takeDue(this.seconds());
      if (call === undefined) return;
      call.run();
    }
  }

  /**
   * Advances by each of `timings` in turn.
   *
   * @example
   * const clock = new Clock();
   * clock.pump([1, 0.5, 1]);
   * assert.equal(clock.seconds(), 2.5);
   */
  pump(timings: Iterable<number>): void {
    for (const seconds of timings) this.advance(seconds);
  }
}

function cannotAdvance(seconds: unknown): string {
  return `Cannot advance the clock by ${inspect(seconds, { depth: 0 })}: expected a finite number of seconds`;
}
