/**
 * `Deferred`: a result that is not there yet, with the chain of callbacks that wait for it.
 *
 * The chain is a linked list of steps, each with a callback and an errback; the current result goes through it
 * synchronously, as soon as it is there. A step without a function for the current kind of result lets it pass.
 *
 * A callback may return another Deferred. Then this one pauses, and puts a step into the other's chain that names it as
 * the one who waits. When the other gets there, the result moves over and the loop in `#runSteps` goes on with the one who waited,
 * keeping the other on a stack of its own: a million Deferreds that wait for each other need no call stack.
 */
import { inspect } from "node:util";
import type { InspectOptions } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import { inspectable } from "../inspectable.ts";
import { captureStack, getDebugging } from "./debugging.ts";
import type { DebugStacks } from "./debugging.ts";
import { AlreadyCalledError, CancelledError, TimeoutError, cancelledBy } from "./errors.ts";
import { Failure } from "./failure.ts";
import { isThenable } from "./thenable.ts";
import { markHandled, watchFailure } from "./unhandled.ts";
import type { Watch } from "./unhandled.ts";

/** What a chain goes on with when a callback returns a `U`: the value that was waited for, never the failure. */
export type Settled<U> = Awaited<Exclude<U, Failure>>;

/** Called by `cancel` to stop the work behind a Deferred. It may fire the Deferred; if it does not, `CancelledError` is its result. */
export type Canceller<T> = (deferred: Deferred<T>, cause?: unknown) => void;

/** An `AbortSignal` that stops the operation. */
export interface SignalOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Extra arguments for `addCallbacks`. */
export interface CallbackArguments<A extends unknown[], B extends unknown[]> {
  readonly callbackArgs?: A;
  readonly errbackArgs?: B;
}

type StepFunction = (result: unknown) => unknown;

/** A link of the chain. There are many, so it is as small as can be: one for a waiter uses the fields of one for functions. */
class Step {
  readonly #callback: StepFunction | Deferred<unknown> | undefined;
  readonly errback: StepFunction | undefined;
  next: Step | undefined = undefined;

  constructor(callback: StepFunction | Deferred<unknown> | undefined, errback: StepFunction | undefined) {
    this.#callback = callback;
    this.errback = errback;
  }

  get callback(): StepFunction | undefined {
    return this.#callback as StepFunction | undefined;
  }

  /** The Deferred that waits for the result at this place of the chain. */
  get waiter(): Deferred<unknown> | undefined {
    return this.errback === handOver ? (this.#callback as Deferred<unknown>) : undefined;
  }
}

/** Stands for the errback in the step of a waiter; it is never called. */
const handOver: StepFunction = (result) => result;

/** What few Deferreds have. */
interface Rarities {
  stacks: DebugStacks | undefined;
  abort: AbortController | undefined;
  watch: Watch | undefined;
}

const NOT_FIRED: unique symbol = Symbol("not fired");

// The bits of `#state`. What is above them counts the pauses, so a Deferred that is free to run has the state 0.
const RUNNING = 1;
const IGNORES_NEXT_FIRING = 2;
const ONE_PAUSE = 4;

export class Deferred<T = unknown> implements PromiseLike<T> {
  #result: unknown = NOT_FIRED;
  #first: Step | undefined = undefined;
  #last: Step | undefined = undefined;
  #canceller: Canceller<T> | undefined;
  #state = 0;
  #rarities: Rarities | undefined = undefined;

  /**
   * @param canceller stops the work behind this Deferred when `cancel` is called
   *
   * @example
   * const poem = new Deferred<string>();
   * poem.addCallback((text) => text.length).addCallback((length) => assert.equal(length, 5));
   * poem.callback("O Man");
   */
  constructor(canceller?: Canceller<T>) {
    if (canceller !== undefined && typeof canceller !== "function") throw notCallable("make a Deferred", canceller);
    this.#canceller = canceller;
    if (getDebugging()) {
      this.#rare().stacks = { creator: captureStack(new.target), invoker: undefined };
    }
  }

  /**
   * A Deferred that gets what the promise gets. `source` is a promise, or a function that makes one and is given an
   * `AbortSignal` that is aborted when the Deferred is cancelled.
   *
   * @example
   * const d = Deferred.fromPromise((signal) => Promise.resolve(signal.aborted));
   * assert.equal(await d, false);
   */
  static fromPromise<T>(
    source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
    options: SignalOptions = {},
  ): Deferred<T> {
    const deferred: Deferred<T> = new Deferred<T>(leaveUnfired);
    const promise = typeof source === "function" ? source(deferred.signal) : source;
    if (!isThenable(promise)) {
      throw new TypeError(`Cannot make a Deferred from ${inspect(promise)}: expected a promise or a function that answers one`);
    }
    // `Promise.resolve` also keeps thenables of other makers to the rules: one answer, later, and no promise in a promise.
    void Promise.resolve(promise as PromiseLike<T>).then(
      (value) => deferred.called || deferred.#fire(value),
      (error: unknown) => deferred.called || deferred.errback(error),
    );
    return cancelOnAbort(deferred, options.signal);
  }

  /** A Deferred for what an async function answers: `fromPromise` under the name that Twisted has for it. */
  static fromCoroutine<T>(source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>)): Deferred<T> {
    return Deferred.fromPromise(source);
  }

  /**
   * A Deferred that fails with `CancelledError` when `signal` is aborted; `cause` is the signal's reason.
   * Cancelling it lets go of the signal.
   *
   * @example
   * const failed = Deferred.fromSignal(AbortSignal.abort("enough"));
   * failed.addErrback((failure) => assert.equal(failure.cause, "enough"));
   */
  static fromSignal(signal: AbortSignal): Deferred<never> {
    const deferred = new Deferred<never>(leaveUnfired);
    return cancelOnAbort(deferred, signal);
  }

  /** Whether this Deferred has been fired; its chain may still wait for another one. */
  get called(): boolean {
    return this.#result !== NOT_FIRED;
  }

  /** How many times `pause` was called more than `unpause`; a Deferred that waits for another counts as paused once. */
  get paused(): number {
    return pausesIn(this.#state);
  }

  /** The current result of the chain: a value, a `Failure`, or the Deferred it waits for; `undefined` before it is fired. */
  get result(): unknown {
    return this.#result === NOT_FIRED ? undefined : this.#result;
  }

  /** An `AbortSignal` that is aborted when this Deferred is cancelled, to hand to whatever does the work. */
  get signal(): AbortSignal {
    return (this.#rare().abort ??= new AbortController()).signal;
  }

  /** Fires the chain with a result. Throws `AlreadyCalledError` where that has been done before. */
  callback(result: T): void {
    if (isThenable(result)) {
      throw new TypeError(
        "Cannot fire a Deferred with a Deferred or a promise: expected a plain result; return it from a callback, or use chainDeferred or fromPromise",
      );
    }
    this.#fire(result);
  }

  /** Fires the chain with a failure: a `Failure`, or whatever could have been thrown. */
  errback(reason: unknown): void {
    if (arguments.length === 0) throw new TypeError("Cannot fire an errback chain without a reason: expected a Failure or an error");
    this.#fire(reason instanceof Failure ? reason : new Failure(reason));
  }

  /**
   * Adds a pair of functions to the chain: `callback` is called with a result, `errback` with a `Failure`. What they return is the next
   * result, what they throw the next failure; a Deferred or a promise they return is waited for.
   */
  addCallbacks<U, V = never, A extends unknown[] = [], B extends unknown[] = []>(
    callback: (result: T, ...args: A) => U,
    errback?: ((failure: Failure, ...args: B) => V) | null,
    args?: CallbackArguments<A, B>,
  ): Deferred<Settled<U> | Settled<V>> {
    if (typeof callback !== "function") throw notCallable("add a callback", callback);
    if (errback !== undefined && errback !== null && typeof errback !== "function") {
      throw notCallable("add an errback", errback);
    }
    const bound = withArguments(callback, args?.callbackArgs);
    return this.#add(bound, errback ? withArguments(errback, args?.errbackArgs) : undefined);
  }

  /** Adds a function for a result; failures pass by it. */
  addCallback<U, A extends unknown[]>(callback: (result: T, ...args: A) => U, ...args: A): Deferred<Settled<U>> {
    if (typeof callback !== "function") throw notCallable("add a callback", callback);
    return this.#add(withArguments(callback, args), undefined);
  }

  /** Adds a function for a failure; results pass by it. */
  addErrback<U, A extends unknown[]>(
    errback: (failure: Failure, ...args: A) => U,
    ...args: A
  ): Deferred<T | Settled<U>> {
    if (typeof errback !== "function") throw notCallable("add an errback", errback);
    return this.#add(undefined, withArguments(errback, args));
  }

  /** Adds one function for a result and for a failure. */
  addBoth<U, A extends unknown[]>(both: (result: T | Failure, ...args: A) => U, ...args: A): Deferred<Settled<U>> {
    if (typeof both !== "function") throw notCallable("add a callback", both);
    const step = withArguments(both, args);
    return this.#add(step, step);
  }

  /**
   * Cancels this Deferred unless it has a result `timeout` seconds from now; then it fails with `TimeoutError`, or gets
   * what `onTimeoutCancel` makes of what the cancelling gave.
   */
  addTimeout<U = never>(
    timeout: number,
    clock: ReactorTime,
    onTimeoutCancel: (result: T | Failure, timeout: number) => U = cancelledToTimedOut,
  ): Deferred<T | Settled<U>> {
    let timedOut = false;
    const call = clock.callLater(timeout, () => {
      timedOut = true;
      this.cancel();
    });
    this.addBoth((result) => (timedOut ? onTimeoutCancel(result, timeout) : result));
    this.addBoth((result) => {
      if (call.active()) call.cancel();
      return result;
    });
    return this as unknown as Deferred<T | Settled<U>>;
  }

  /** Fires `other` with the result or the failure that the chain has at this point. */
  chainDeferred(other: Deferred<T>): Deferred<void> {
    if (!(other instanceof Deferred)) throw new TypeError(`Cannot chain ${inspect(other)}: expected a Deferred`);
    return this.#add(
      (result) => other.callback(result as T),
      (failure) => other.errback(failure),
    );
  }

  /** Holds the chain until `unpause` has been called as often. */
  pause(): void {
    this.#state += ONE_PAUSE;
  }

  /** Lets the chain go on where `pause` held it. */
  unpause(): void {
    this.#state -= ONE_PAUSE;
    if (this.paused === 0 && this.called) this.#runSteps();
  }

  /**
   * Stops the work behind this Deferred: its canceller is called, and unless that fires it, it fails with
   * `CancelledError`; without a canceller, the one late firing is ignored. A Deferred that waits for another one cancels that.
   * Once there is a result, nothing happens.
   *
   * @param cause kept as the `cause` of the `CancelledError`
   */
  cancel(cause?: unknown): void {
    if (this.called) {
      this.#cancelAwaited(cause);
      return;
    }
    this.abortSignal(cause);
    if (this.called) return;
    if (this.#canceller === undefined) this.#state |= IGNORES_NEXT_FIRING;
    else this.#canceller(this, cause);
    if (!this.called) this.errback(cancelledBy(cause));
  }

  /** A promise for the result the chain has at this point; the result stays for the callbacks added later. */
  toPromise(options: SignalOptions = {}): Promise<T> {
    const promise = new Promise<T>((resolve, reject) => {
      this.#add(
        (result) => (resolve(result as T), result),
        (failure) => {
          markHandled(failure as Failure);
          reject((failure as Failure).value);
          return failure;
        },
      );
    });
    cancelOnAbort(this, options.signal);
    return promise;
  }

  /** Makes a Deferred something to `await`: `toPromise().then(...)`. */
  // oxlint-disable-next-line unicorn/no-thenable -- being awaitable is the purpose
  then<R1 = T, R2 = never>(
    onFulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    return this.toPromise().then(onFulfilled, onRejected);
  }

  /** Aborts the `signal`, if anybody has asked for it; for classes that cancel in a way of their own. */
  protected abortSignal(cause: unknown): void {
    const abort = this.#rarities?.abort;
    if (abort !== undefined) abort.abort(cancelledBy(cause));
  }

  static {
    inspectable(this.prototype, (deferred, depth, options) => deferred.#describe(depth, options));
  }

  #describe(depth: number, options: InspectOptions): string {
    const name = this.constructor.name;
    if (depth < 0) return `[${name}]`;
    const inner = { ...options, depth: options.depth === null ? null : depth - 1 };
    const notes = [describeResult(this.#result, inner)];
    if (this.paused !== 0 && !(this.#result instanceof Deferred)) notes.push(`paused: ${this.paused}`);
    return `${name} { ${notes.join(", ")} }`;
  }

  #add<U>(callback: StepFunction | undefined, errback: StepFunction | undefined): Deferred<U> {
    this.#append(new Step(callback, errback));
    if (this.#result !== NOT_FIRED) this.#runSteps();
    return this as unknown as Deferred<U>;
  }

  #append(step: Step): void {
    if (this.#last === undefined) this.#first = step;
    else this.#last.next = step;
    this.#last = step;
  }

  #fire(result: unknown): void {
    const stacks = this.#rarities?.stacks;
    if (this.#result !== NOT_FIRED) {
      if ((this.#state & IGNORES_NEXT_FIRING) !== 0) {
        this.#state &= ~IGNORES_NEXT_FIRING;
        return;
      }
      throw alreadyCalled(stacks);
    }
    if (stacks !== undefined) stacks.invoker = captureStack(Deferred.prototype.callback);
    this.#result = result;
    this.#runSteps();
  }

  #runSteps(): void {
    if ((this.#state & RUNNING) !== 0) return;
    let current: Deferred<unknown> = this as Deferred<unknown>;
    let suppliers: Deferred<unknown>[] | undefined;
    for (;;) {
      if (pausesIn(current.#state) !== 0) return;
      const waiter = current.#runOwnSteps();
      if (waiter !== undefined) {
        (suppliers ??= []).push(current);
        current = waiter;
        continue;
      }
      current.#noteFailure();
      const supplier = suppliers?.pop();
      if (supplier === undefined) return;
      current = supplier;
    }
  }

  /** Runs steps until there are none, or the result is a Deferred to wait for, or one is met who waits and takes the result over. */
  #runOwnSteps(): Deferred<unknown> | undefined {
    let step = this.#first;
    if (step === undefined) return undefined;
    this.#state |= RUNNING;
    let waiter: Deferred<unknown> | undefined;
    // The steps stay where they are while this runs, so that a callback can add to them.
    for (; step !== undefined; step = step.next) {
      waiter = step.waiter;
      if (waiter !== undefined) {
        waiter.#result = this.#takeResult();
        waiter.#state -= ONE_PAUSE;
        break;
      }
      const current = this.#result;
      const call = current instanceof Failure ? step.errback : step.callback;
      if (call === undefined) continue;
      let result: unknown;
      try {
        result = call(current);
        if (isThenable(result)) result = this.#resultOf(result);
      } catch (error) {
        result = error instanceof Failure ? error : new Failure(error);
      }
      this.#result = result;
      if (result instanceof Deferred) {
        // It has no result yet, so it is not running: the step may be put straight into its chain.
        this.#state += ONE_PAUSE;
        result.#append(new Step(this as Deferred<unknown>, handOver));
        break;
      }
    }
    this.#state &= ~RUNNING;
    this.#first = step?.next;
    if (this.#first === undefined) this.#last = undefined;
    return waiter;
  }

  /** What a callback's Deferred or promise has to give now, or a Deferred to wait for. */
  #resultOf(thenable: PromiseLike<unknown>): unknown {
    const inner = thenable instanceof Deferred ? (thenable as Deferred<unknown>) : Deferred.fromPromise(thenable);
    if ((inner as object) === this) {
      throw new TypeError("Cannot wait for a Deferred in its own callback: expected a callback to return another Deferred");
    }
    if (inner.#result === NOT_FIRED || inner.#result instanceof Deferred || inner.paused !== 0) return inner;
    return inner.#takeResult();
  }

  #takeResult(): unknown {
    const result = this.#result;
    this.#result = undefined;
    const watch = this.#rarities?.watch;
    if (watch !== undefined) watch.failure = undefined;
    return result;
  }

  #noteFailure(): void {
    const result = this.#result;
    const watch = this.#rarities?.watch;
    if (watch !== undefined) {
      if (watch.failure === result) return;
      watch.failure = undefined;
    }
    if (!(result instanceof Failure)) return;
    const rarities = this.#rare();
    rarities.watch = watchFailure(this, result, rarities.stacks);
  }

  #rare(): Rarities {
    return (this.#rarities ??= { stacks: undefined, abort: undefined, watch: undefined });
  }

  #cancelAwaited(cause: unknown): void {
    let target: Deferred<unknown> = this as Deferred<unknown>;
    // Deferreds that wait for each other in a circle have nobody to cancel; `slow` moves at half the speed to find them.
    let slow = target;
    for (let steps = 1; target.#result instanceof Deferred; steps++) {
      target.abortSignal(cause);
      target = target.#result;
      if (steps % 2 === 0) slow = slow.#result as Deferred<unknown>;
      if (target === slow) return;
      if (target.cancel !== Deferred.prototype.cancel) break;
    }
    if (target !== this) target.cancel(cause);
  }
}

function pausesIn(state: number): number {
  return state >> 2;
}

function withArguments<A extends unknown[]>(
  call: (result: never, ...args: A) => unknown,
  args: A | undefined,
): StepFunction {
  if (args === undefined || args.length === 0) return call as unknown as StepFunction;
  return (result) => call(result as never, ...args);
}

/** Cancels `deferred` when `signal` is aborted, for as long as it has no result. */
function cancelOnAbort<T>(deferred: Deferred<T>, signal: AbortSignal | undefined): Deferred<T> {
  if (signal === undefined) return deferred;
  const abort = (): void => deferred.cancel(signal.reason);
  if (signal.aborted) {
    abort();
    return deferred;
  }
  signal.addEventListener("abort", abort, { once: true });
  deferred.addBoth((result) => {
    signal.removeEventListener("abort", abort);
    return result;
  });
  return deferred;
}

/** The canceller of Deferreds that check whether they are still wanted before they fire. */
function leaveUnfired(): void {}

function cancelledToTimedOut(result: unknown, timeout: number): never {
  if (result instanceof Failure) {
    const cause = result.trapValue(CancelledError);
    throw new TimeoutError(`The Deferred had no result after ${timeout} seconds`, { cause });
  }
  return result as never;
}

function describeResult(result: unknown, options: InspectOptions): string {
  if (result === NOT_FIRED) return "<pending>";
  const text = inspect(result, options);
  if (result instanceof Deferred) return `<waiting for> ${text}`;
  return result instanceof Failure ? `<failed> ${text}` : text;
}

function notCallable(action: string, value: unknown): TypeError {
  return new TypeError(`Cannot ${action}: got ${inspect(value, { depth: 0 })}, expected a function`);
}

function alreadyCalled(stacks: DebugStacks | undefined): AlreadyCalledError {
  const message = "Cannot fire a Deferred twice: it has been fired already";
  if (stacks === undefined) return new AlreadyCalledError(message);
  return new AlreadyCalledError(`${message}\nCreated:\n${stacks.creator}\nFirst fired:\n${stacks.invoker ?? ""}`);
}
