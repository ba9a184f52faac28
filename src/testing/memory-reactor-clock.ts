/** A reactor made of nothing but time. */
import { Clock } from "../clock/clock.ts";
import type { DelayedCall } from "../clock/delayed-call.ts";
import { MemoryReactor } from "./memory-reactor.ts";

/**
 * A `MemoryReactor` that is a `Clock` as well: time passes when a test says so.
 *
 * @example
 * const reactor = new MemoryReactorClock();
 * const calls: string[] = [];
 * reactor.callLater(5, () => calls.push("later"));
 * reactor.callFromThread(() => calls.push("in the next turn"));
 * reactor.advance(5);
 * assert.deepEqual(calls, ["in the next turn", "later"]);
 */
export class MemoryReactorClock extends MemoryReactor {
  readonly #clock: Clock = new Clock();

  /** The current time. */
  get rightNow(): number {
    return this.#clock.rightNow;
  }

  set rightNow(seconds: number) {
    this.#clock.rightNow = seconds;
  }

  override seconds(): number {
    return this.#clock.seconds();
  }

  override callLater<A extends unknown[]>(delay: number, callback: (...args: A) => unknown, ...args: A): DelayedCall {
    return this.#clock.callLater(delay, callback, ...args);
  }

  override getDelayedCalls(): DelayedCall[] {
    return this.#clock.getDelayedCalls();
  }

  /** Lets `seconds` pass and makes the calls that are due: see `Clock`. */
  advance(seconds: number): void {
    this.#clock.advance(seconds);
  }

  /** Advances by each of `timings` in turn. */
  pump(timings: Iterable<number>): void {
    this.#clock.pump(timings);
  }

  /** Lets `delay` seconds pass. */
  override async iterate(delay: number = 0): Promise<void> {
    this.advance(delay);
  }

  /** Records the call, and makes it when time is looked at next: `advance(0)` will do. */
  override callFromThread<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): void {
    super.callFromThread(callback, ...args);
    this.#clock.callLater(0, callback, ...args);
  }
}
