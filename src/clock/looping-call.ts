/**
 * `LoopingCall`: calls a function again and again, at moments that lie whole intervals from the start.
 *
 * The next moment is computed from the start and not from the last call, so that nothing adds up: a call that is late, or takes
 * long, is followed by one at the next whole interval, and those in between are skipped.
 */
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import { inspectable } from "../inspectable.ts";
import type { DelayedCallLike, ReactorTime } from "./reactor-time.ts";

export class LoopingCall<A extends unknown[] = unknown[]> {
  /** What is called, */
  readonly f: (...args: A) => unknown;
  /** and with what. */
  readonly a: A;
  /** Who tells the time. It must be set before `start`. */
  clock: ReactorTime | undefined = undefined;

  #running = false;
  #interval: number | undefined = undefined;
  #call: DelayedCallLike | undefined = undefined;
  #deferred: Deferred<LoopingCall<A>> | undefined = undefined;
  #startTime = 0;
  #runAtStart = false;
  /** When a call of `withCount` was made last. */
  #lastCounted: number | undefined = undefined;
  readonly #runner = (): void => this.#run();

  /**
   * A loop that calls `f(...args)`, once `clock` is set and `start` is called.
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
  constructor(f: (...args: A) => unknown, ...args: A) {
    if (typeof f !== "function") {
      throw new TypeError(`Cannot make a looping call of ${inspect(f, { depth: 0 })}: expected a function`);
    }
    this.f = f;
    this.a = args;
  }

  /**
   * A loop whose function is told how many intervals have passed since it was last called: 1, or more if calls were skipped
   * because one took long, or its Deferred did, or the process was busy. With an interval of 0 it is always 1.
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
  static withCount(countCallable: (count: number) => unknown): LoopingCall<[]> {
    if (typeof countCallable !== "function") {
      throw new TypeError(`Cannot make a looping call of ${inspect(countCallable, { depth: 0 })}: expected a function`);
    }
    const loop: LoopingCall<[]> = new LoopingCall<[]>(() => loop.#callWithCount(countCallable));
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
  get deferred(): Deferred<LoopingCall<A>> | undefined {
    return this.#deferred;
  }

  /**
   * Calls the function every `interval` seconds, and for the first time at once unless `now` is false. If it answers a Deferred or a
   * promise, no call is made until that has its result. With an interval of 0 the next call is made in the next turn.
   *
   * The Deferred fires with this loop when it is stopped, and fails with what the function throws, which ends the loop.
   * Throws `InvalidStateError` if the loop runs already, or has no clock.
   */
  start(interval: number, now: boolean = true): Deferred<LoopingCall<A>> {
    if (this.#running) throw invalidState("start", "it runs already, expected it to be stopped");
    if (!(typeof interval === "number" && interval >= 0 && interval < Infinity)) throw badInterval(interval);
    const startTime = this.#theClock("start").seconds();
    const deferred = new Deferred<LoopingCall<A>>();
    this.#running = true;
    this.#deferred = deferred;
    this.#startTime = startTime;
    this.#interval = interval;
    this.#runAtStart = now;
    if (now) this.#run();
    else this.#scheduleFrom(startTime);
    return deferred;
  }

  /** Ends the loop; if a Deferred is being waited for, when that has its result. Throws `InvalidStateError` if it does not run. */
  stop(): void {
    if (!this.#running) throw invalidState("stop", "it does not run, expected it to be started");
    this.#running = false;
    if (this.#call === undefined) return;
    this.#call.cancel();
    this.#call = undefined;
    this.#finish();
  }

  /**
   * Starts counting intervals anew: the next call is made one interval from now. Throws `InvalidStateError` if the loop does
   * not run.
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

  #run(): void {
    this.#call = undefined;
    maybeDeferred(this.f, ...this.a)
      .addCallback(() => {
        if (this.#running) this.#scheduleFrom(this.#theClock("continue").seconds());
        else this.#finish();
      })
      .addErrback((failure) => this.#fail(failure));
  }

  #finish(): void {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    deferred?.callback(this);
  }

  /** Answers the failure if there is nobody to tell: a loop was started again while a Deferred of its former life was waited for. */
  #fail(failure: Failure): Failure | undefined {
    this.#running = false;
    const deferred = this.#deferred;
    if (deferred === undefined) return failure;
    this.#deferred = undefined;
    deferred.errback(failure);
    return undefined;
  }

  #scheduleFrom(now: number): void {
    this.#call = this.#theClock("continue").callLater(this.#untilNext(now), this.#runner);
  }

  #untilNext(now: number): number {
    const interval = this.#interval!;
    if (interval === 0) return 0;
    const untilNext = interval - floorModulo(now - this.#startTime, interval);
    // A time so short that it is lost when it is added to a large number would give this interval a second call.
    return now + untilNext === now ? interval : untilNext;
  }

  #callWithCount(countCallable: (count: number) => unknown): unknown {
    const now = this.#theClock("continue").seconds();
    const interval = this.#interval!;
    if (interval === 0) {
      this.#lastCounted = now;
      return countCallable(1);
    }
    const last = this.#lastCounted ?? (this.#runAtStart ? this.#startTime - interval : this.#startTime);
    const count = this.#intervalsUntil(now) - this.#intervalsUntil(last);
    if (count <= 0) return undefined;
    this.#lastCounted = now;
    return countCallable(count);
  }

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
