/**
 * `LoopingCall`: calls a function again and again, at moments that lie whole intervals from the start.
 *
 * The next moment is computed from the start and not from the last call, so that nothing adds up: a call that is late, or takes
 * long, is followed by one at the next whole interval, and those in between are skipped; `withCount` tells the function how many.
 */
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import { notCallable } from "../deferred/errors.ts";
import { Failure } from "../deferred/failure.ts";
import { asDeferred } from "../deferred/maybe-deferred.ts";
import { isThenable } from "../deferred/thenable.ts";
import { InvalidStateError } from "../errors.ts";
import { inspectable } from "../inspectable.ts";
import type { DelayedCallLike, ReactorTime } from "./reactor-time.ts";

/**
 * Calls a function at equal intervals. Where it answers a Deferred or a promise, the next call waits for that.
 *
 * @example
 * const clock = new Clock();
 * const beats: number[] = [];
 * const loop = new LoopingCall(() => beats.push(clock.seconds()));
 * loop.clock = clock;
 * loop.start(2).addCallback((stopped) => assert.equal(stopped, loop));
 * clock.pump([2, 2]);
 * loop.stop();
 * assert.deepEqual(beats, [0, 2, 4]);
 */
export class LoopingCall<A extends unknown[] = unknown[]> {
  // Their types don't mention `A`, so that a list of LoopingCalls takes loops of any function.
  /** What is called, */
  readonly f: (...args: never[]) => unknown;
  /** and with what. */
  readonly a: readonly unknown[];
  /** Who tells the time. It must be set before `start`. */
  clock: ReactorTime | undefined = undefined;

  #running = false;
  #interval: number | undefined = undefined;
  #call: DelayedCallLike | undefined = undefined;
  #deferred: Deferred<LoopingCall> | undefined = undefined;
  #startTime = 0;
  #runAtStart = false;
  /** When a call of `withCount` was made last. */
  #lastCounted: number | undefined = undefined;
  readonly #callNext = (): void => this.#callOnce();

  /**
   * A loop that calls `f(...args)`, once `clock` is set and `start` is called.
   *
   * @example
   * const loop = new LoopingCall((text: string) => console.log(text), "Still here");
   * assert.equal(loop.running, false);
   */
  constructor(f: (...args: A) => unknown, ...args: A) {
    if (typeof f !== "function") throw notCallable(f);
    this.f = f;
    this.a = args;
  }

  /**
   * A loop whose function is told how many intervals have passed since it was last called: 1, or more if calls were skipped
   * because one took long, or its Deferred did, or the process was busy, or the loop was reset or stopped for a while. With an interval
   * of 0 it is always 1.
   *
   * @example
   * const clock = new Clock();
   * const counts: number[] = [];
   * const loop = LoopingCall.withCount((count) => counts.push(count));
   * loop.clock = clock;
   * void loop.start(1);
   * clock.advance(3.5);
   * assert.deepEqual(counts, [1, 3]);
   */
  static withCount(f: (count: number) => unknown): LoopingCall<[]> {
    if (typeof f !== "function") throw notCallable(f);
    const loop: LoopingCall<[]> = new LoopingCall(() => loop.#callWithCount(f));
    return loop;
  }

  /** Whether the function is being called, or will be. It is false by the time that the Deferred of `start` fires. */
  get running(): boolean {
    return this.#running;
  }

  /** The seconds between two calls, as given to `start`; `undefined` before. */
  get interval(): number | undefined {
    return this.#interval;
  }

  /** The next call, where one is scheduled: not while a Deferred of the last one is waited for. */
  get call(): DelayedCallLike | undefined {
    return this.#call;
  }

  /** The Deferred that `start` gave, until it is fired. */
  get deferred(): Deferred<LoopingCall> | undefined {
    return this.#deferred;
  }

  /**
   * Calls the function every `interval` seconds, and for the first time at once unless `now` is false. With an interval of 0 it is called as
   * often as the clock makes calls.
   *
   * The Deferred fires with this loop when it is stopped and no call is under way any more; it fails with what the function throws, or what a
   * Deferred of it fails with, which ends the loop.
   *
   * @throws {InvalidStateError} where the loop runs already, or has no `clock`
   * @throws {RangeError} for a negative interval or NaN
   *
   * @example
   * const loop = new LoopingCall(() => assert.fail("no luck"));
   * loop.clock = new Clock();
   * loop.start(1).addErrback((failure) => assert.equal(failure.getErrorMessage(), "no luck"));
   * assert.equal(loop.running, false);
   */
  start(interval: number, now: boolean = true): Deferred<LoopingCall> {
    if (this.#running) throw invalidState("start", "it runs already, expected it to be stopped");
    // Written so that NaN is refused too.
    if (!(typeof interval === "number" && interval >= 0)) throw badInterval(interval);
    this.#startTime = this.#theClock("start").seconds();
    this.#interval = interval;
    this.#runAtStart = now;
    this.#running = true;
    // The loop may be over before this returns.
    const deferred = new Deferred<LoopingCall>();
    this.#deferred = deferred;
    if (now) this.#callOnce();
    else this.#scheduleFrom(this.#startTime);
    return deferred;
  }

  /**
   * Ends the loop; if a call is under way, when that has its result.
   *
   * @throws {InvalidStateError} where the loop does not run
   *
   * @example
   * const loop = new LoopingCall((): void => loop.stop());
   * loop.clock = new Clock();
   * assert.equal(await loop.start(1), loop);
   */
  stop(): void {
    if (!this.#running) throw invalidState("stop", "it does not run, expected it to be started");
    this.#running = false;
    if (this.#call === undefined) return;
    this.#call.cancel();
    this.#call = undefined;
    this.#finish(this.#deferred!);
  }

  /**
   * Starts counting intervals anew: the next call is made one interval from now. While a call is under way nothing changes.
   *
   * @throws {InvalidStateError} where the loop does not run
   *
   * @example
   * const clock = new Clock();
   * const beats: number[] = [];
   * const loop = new LoopingCall(() => beats.push(clock.seconds()));
   * loop.clock = clock;
   * void loop.start(2);
   * clock.advance(1.5);
   * loop.reset();
   * clock.advance(2);
   * assert.deepEqual(beats, [0, 3.5]);
   */
  reset(): void {
    if (!this.#running) throw invalidState("reset", "it does not run, expected it to be started");
    if (this.#call === undefined) return;
    const now = this.#theClock("reset").seconds();
    this.#call.cancel();
    this.#call = undefined;
    this.#startTime = now;
    this.#scheduleFrom(now);
  }

  #callOnce(): void {
    // A loop may be stopped and started again while a call is under way: its Deferred tells the two lives apart.
    const life = this.#deferred!;
    this.#call = undefined;
    let result: unknown;
    try {
      result = this.f(...(this.a as never[]));
      // As a rule there is nothing to wait for, and no Deferred is made.
      if (!isThenable(result) && !(result instanceof Failure)) {
        this.#goOn(life);
        return;
      }
    } catch (error) {
      this.#fail(life, new Failure(error));
      return;
    }
    asDeferred(result)
      .addCallback(() => this.#goOn(life))
      .addErrback((failure) => this.#fail(life, failure));
  }

  #goOn(life: Deferred<LoopingCall>): void {
    if (this.#running && this.#deferred === life) this.#scheduleFrom(this.#theClock("continue").seconds());
    else this.#finish(life);
  }

  #finish(life: Deferred<LoopingCall>): void {
    if (this.#deferred === life) this.#deferred = undefined;
    life.callback(this);
  }

  #fail(life: Deferred<LoopingCall>, failure: Failure): void {
    if (this.#deferred === life) {
      this.#running = false;
      this.#deferred = undefined;
    }
    life.errback(failure);
  }

  #scheduleFrom(now: number): void {
    this.#call = this.#theClock("continue").callLater(this.#untilNext(now), this.#callNext);
  }

  #untilNext(now: number): number {
    const interval = this.#interval!;
    if (interval === 0) return 0;
    const untilNext = interval - floorModulo(now - this.#startTime, interval);
    // So little is left of the interval that it is lost when it is added to the time: it is over, and the next one begins.
    return now + untilNext === now ? interval : untilNext;
  }

  #callWithCount(f: (count: number) => unknown): unknown {
    const now = this.#theClock("continue").seconds();
    const interval = this.#interval!;
    if (interval === 0) {
      this.#lastCounted = now;
      return f(1);
    }
    const last = this.#lastCounted ?? (this.#runAtStart ? this.#startTime - interval : this.#startTime);
    const count = this.#intervalsUntil(now) - this.#intervalsUntil(last);
    // The interval of the last call is not over yet: times are rounded, or the clock was put back.
    if (!(count > 0)) return undefined;
    this.#lastCounted = now;
    return f(count);
  }

  /** The number of whole intervals from the start to `time`. */
  #intervalsUntil(time: number): number {
    return Math.trunc((time - this.#startTime) / this.#interval!);
  }

  #theClock(action: string): ReactorTime {
    if (this.clock === undefined) {
      throw invalidState(action, "it has no clock, expected `clock` to be set, such as `loop.clock = reactor`");
    }
    return this.clock;
  }

  static {
    inspectable(this.prototype, (loop) => {
      const every = loop.#interval === undefined ? "" : ` every ${loop.#interval} s`;
      return `LoopingCall { ${loop.f.name || "(anonymous)"}${every}, ${loop.#running ? "running" : "stopped"} }`;
    });
  }
}

/** The remainder that has the sign of the divisor, as Python's `%`: a clock may have been set back. */
function floorModulo(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  return remainder < 0 ? remainder + divisor : remainder;
}

function invalidState(action: string, state: string): InvalidStateError {
  return new InvalidStateError(`Cannot ${action} the looping call: ${state}`);
}

function badInterval(interval: unknown): TypeError | RangeError {
  const message = `Cannot start the looping call with an interval of ${inspect(interval, { depth: 0 })}: expected a number of seconds, 0 or more`;
  return typeof interval === "number" ? new RangeError(message) : new TypeError(message);
}
