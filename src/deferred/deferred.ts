/**
 * `Deferred`: a result that is not there yet, with the chain of callbacks that wait for it.
 *
 * The chain is a linked list of steps, each with a callback and an errback; the current result goes through it
 * synchronously, as soon as it is there. A step without a function for the current kind of result lets it pass.
 *
 * A callback may return another Deferred. Then this one pauses, and puts a step into the other's chain that names it as
 * the one who waits. When the other gets there, the result moves over and the loop in `_runWaiters` goes on with the one who waited,
 * keeping the other on a stack of its own: a million Deferreds that wait for each other need no call stack.
 */
import { inspect } from "node:util";
import type { InspectOptions } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import { inspectable } from "../inspectable.ts";
import { captureStack, getDebugging } from "./debugging.ts";
import type { DebugStacks } from "./debugging.ts";
import { AlreadyCalledError, CancelledError, TimeoutError, cancelledBy, notCallable } from "./errors.ts";
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
  readonly callback: StepFunction | Deferred<unknown> | undefined;
  /** The errback, or `handOver` where `callback` is the Deferred that waits for the result at this place of the chain. */
  readonly errback: StepFunction | undefined;
  next: Step | undefined = undefined;

  constructor(callback: StepFunction | Deferred<unknown> | undefined, errback: StepFunction | undefined) {
    this.callback = callback;
    this.errback = errback;
  }
}

/** Stands for the errback in the step of a waiter; it is never called. */
const handOver: StepFunction = (result) => result;

const passOn: StepFunction = (result) => result;

/** What few Deferreds have. */
interface Rarities {
  stacks: DebugStacks | undefined;
  abort: AbortController | undefined;
  watch: Watch | undefined;
  /** Set by `cancel` where there is no canceller: somebody will fire this Deferred once more, in vain. */
  ignoresNextFiring: boolean;
}

// The bits of `state`. What is above them counts the pauses, so a chain that is free to run has just the state `FIRED`.
const FIRED = 1;
const RUNNING = 2;
const ONE_PAUSE = 4;

/**
 * A result that is not there yet, and the chain of functions that wait for it.
 *
 * A function in the chain runs in the `AsyncLocalStorage` context of whoever fires the Deferred, as in Twisted: keeping a context for each
 * would cost time and memory in every chain. `AsyncResource.bind` gives a function the context in which it is bound, and
 * `inlineCallbacks` and `await` keep that of their caller.
 *
 * @example
 * import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
 * const request = new AsyncLocalStorage<string>();
 * const answer = new Deferred<string>();
 * request.run("request 7", () => {
 *   answer.addCallback(AsyncResource.bind((text: string) => assert.equal(`${request.getStore()}: ${text}`, "request 7: done")));
 * });
 * answer.callback("done");
 */
export class Deferred<T = unknown> implements PromiseLike<T> {
  // Measured: private by TypeScript's word, for a call of a `#method` checks the object first, and that makes the chain half as fast.
  private _result: unknown = undefined;
  private _first: Step | undefined = undefined;
  private _last: Step | undefined = undefined;
  // Takes a `Deferred<never>`, so that a `Deferred<string>` is a `Deferred<string | number>`, as with promises.
  private _canceller: Canceller<never> | undefined;
  private _state = 0;
  private _rarities: Rarities | undefined = undefined;

  /**
   * @param canceller stops the work behind this Deferred when `cancel` is called
   *
   * @example
   * const poem = new Deferred<string>();
   * poem.addCallback((text) => text.length).addCallback((length) => assert.equal(length, 5));
   * poem.callback("O Man");
   */
  constructor(canceller?: Canceller<T>) {
    if (canceller !== undefined && typeof canceller !== "function") throw notCallable(canceller);
    this._canceller = canceller;
    if (getDebugging()) this._rememberCreator(new.target);
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
    const promise = typeof source === "function" && !isThenable(source) ? source(deferred.signal) : source;
    if (!isThenable(promise)) {
      throw new TypeError(
        `Cannot make a Deferred from ${inspect(promise)}: expected a promise or a function that answers one`,
      );
    }
    // `Promise.resolve` also keeps thenables of other makers to the rules: one answer, later, and no promise in a promise.
    void Promise.resolve(promise).then(
      (value) => deferred.called || deferred._fire(value),
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
    return (this._state & FIRED) !== 0;
  }

  /** How many times `pause` was called more than `unpause`; a Deferred that waits for another counts as paused once. */
  get paused(): number {
    return pausesIn(this._state);
  }

  /** The current result of the chain: a value, a `Failure`, or the Deferred it waits for; `undefined` before it is fired. */
  get result(): unknown {
    return this._result;
  }

  /** An `AbortSignal` that is aborted when this Deferred is cancelled, to hand to whatever does the work. */
  get signal(): AbortSignal {
    return (this._rare().abort ??= new AbortController()).signal;
  }

  /** Fires the chain with a result. Throws `AlreadyCalledError` where that has been done before. */
  callback(result: T): void {
    if (isThenable(result)) throw notPlain();
    this._fire(result);
  }

  /** Fires the chain with a failure: a `Failure`, or whatever could have been thrown. */
  errback(reason: unknown): void {
    if (arguments.length === 0)
      throw new TypeError("Cannot fire an errback chain without a reason: expected a Failure or an error");
    this._fire(reason instanceof Failure ? reason : new Failure(reason));
  }

  /**
   * Adds a pair of functions to the chain: `callback` is called with a result, `errback` with a `Failure`. What they return is the next
   * result, what they throw the next failure; a Deferred or a promise they return is waited for.
   */
  addCallbacks<U, V = never>(
    callback: (result: T) => U,
    errback?: ((failure: Failure) => V) | null,
  ): Deferred<Settled<U> | Settled<V>>;
  /** The same with further arguments for each of the functions. */
  addCallbacks<U, V = never, A extends unknown[] = [], B extends unknown[] = []>(
    callback: (result: T, ...args: A) => U,
    errback: ((failure: Failure, ...args: B) => V) | null | undefined,
    args: CallbackArguments<A, B>,
  ): Deferred<Settled<U> | Settled<V>>;
  addCallbacks<U, V, A extends unknown[], B extends unknown[]>(
    callback: (result: T, ...args: A) => U,
    errback?: ((failure: Failure, ...args: B) => V) | null,
    args?: CallbackArguments<A, B>,
  ): Deferred<Settled<U> | Settled<V>> {
    const bound = withArguments(callback, args?.callbackArgs ?? NONE);
    const hasErrback = errback !== undefined && errback !== null;
    return this._add(bound, hasErrback ? withArguments(errback, args?.errbackArgs ?? NONE) : undefined);
  }

  /** Adds a function for a result; failures pass by it. */
  addCallback<U, A extends unknown[]>(callback: (result: T, ...args: A) => U, ...args: A): Deferred<Settled<U>> {
    // Measured: the check here and not in `_add`, for all, makes a chain of plain callbacks a third faster.
    if (typeof callback !== "function") throw notCallable(callback);
    return this._add(
      args.length === 0 ? (callback as unknown as StepFunction) : withArguments(callback, args),
      undefined,
    );
  }

  /** Adds a function for a failure; results pass by it. */
  addErrback<U, A extends unknown[]>(
    errback: (failure: Failure, ...args: A) => U,
    ...args: A
  ): Deferred<T | Settled<U>> {
    return this._add(undefined, withArguments(errback, args));
  }

  /** Adds one function for a result and for a failure. */
  addBoth<U, A extends unknown[]>(both: (result: T | Failure, ...args: A) => U, ...args: A): Deferred<Settled<U>> {
    const step = withArguments(both, args);
    return this._add(step, step);
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
    if (typeof onTimeoutCancel !== "function") throw notCallable(onTimeoutCancel);
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
    return this;
  }

  /** Fires `other` with the result or the failure that the chain has at this point. */
  chainDeferred(other: Deferred<T>): Deferred<void> {
    if (!(other instanceof Deferred)) throw new TypeError(`Cannot chain ${inspect(other)}: expected a Deferred`);
    return this._add(
      (result) => other.callback(result as T),
      (failure) => other.errback(failure),
    );
  }

  /** Holds the chain until `unpause` has been called as often. */
  pause(): void {
    this._state += ONE_PAUSE;
  }

  /** Lets the chain go on where `pause` held it. */
  unpause(): void {
    this._state -= ONE_PAUSE;
    if (this._state === FIRED) this._run();
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
      this._cancelAwaited(cause);
      return;
    }
    this.abortSignal(cause);
    if (this.called) return;
    if (this._canceller === undefined) this._rare().ignoresNextFiring = true;
    else this._canceller(this as unknown as Deferred<never>, cause);
    if (!this.called) this.errback(cancelledBy(cause));
  }

  /** A promise for the result the chain has at this point; the result stays for the callbacks added later. */
  toPromise(options: SignalOptions = {}): Promise<T> {
    if (this._state === FIRED && this._first === undefined) return promiseOf(this._result as T | Failure);
    const promise = new Promise<T>((resolve, reject) => {
      void this._add(
        (result) => (resolve(result as T), result),
        (failure) => {
          markHandled(failure as Failure);
          reject((failure as Failure).value);
          return failure;
        },
      );
    });
    void cancelOnAbort(this, options.signal);
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

  /** `then(undefined, onRejected)`: with it, whatever looks for a promise by its methods, such as `assert.rejects`, takes a Deferred. */
  catch<R = never>(onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null): Promise<T | R> {
    return this.toPromise().catch(onRejected);
  }

  /** Aborts the `signal`, if anybody has asked for it; for classes that cancel in a way of their own. */
  protected abortSignal(cause: unknown): void {
    const abort = this._rarities?.abort;
    if (abort !== undefined) abort.abort(cancelledBy(cause));
  }

  static {
    inspectable(this.prototype, (deferred, depth, options) => deferred._describe(depth, options));
  }

  private _describe(depth: number, options: InspectOptions): string {
    const name = this.constructor.name;
    if (depth < 0) return `[${name}]`;
    const inner = { ...options, depth: options.depth === null ? null : depth - 1 };
    const notes = [this.called ? describeResult(this._result, inner) : "<pending>"];
    if (this.paused !== 0 && !(this._result instanceof Deferred)) notes.push(`paused: ${this.paused}`);
    return `${name} { ${notes.join(", ")} }`;
  }

  /** Adds a step of functions that have been checked. */
  private _add<U>(callback: StepFunction | undefined, errback: StepFunction | undefined): Deferred<U> {
    const step = new Step(callback, errback);
    // As `_append` does. Measured: what the compiler finds in the way of a chain is to be little, and to call little.
    if (this._last === undefined) this._first = step;
    else this._last.next = step;
    this._last = step;
    if (this._state === FIRED) this._run();
    return this as unknown as Deferred<U>;
  }

  private _append(step: Step): void {
    if (this._last === undefined) this._first = step;
    else this._last.next = step;
    this._last = step;
  }

  private _fire(result: unknown): void {
    if (this._rarities !== undefined || this.called) {
      if (this._isIgnoredFiring()) return;
    }
    this._result = result;
    this._state |= FIRED;
    if (this._state === FIRED) this._run();
  }

  /** What is rare in firing: it was cancelled, it was fired before, or debug mode keeps the stack. */
  private _isIgnoredFiring(): boolean {
    const rarities = this._rarities;
    if (this.called) {
      if (rarities?.ignoresNextFiring !== true) throw alreadyCalled(rarities?.stacks);
      rarities.ignoresNextFiring = false;
      return true;
    }
    // oxlint-disable-next-line typescript/unbound-method -- names the frame below which the stack begins, is not called
    if (rarities?.stacks !== undefined) rarities.stacks.invoker = captureStack(Deferred.prototype._fire);
    return false;
  }

  private _run(): void {
    const waiter = this._runSteps();
    if (waiter !== undefined) this._runWaiters(waiter);
    else if (this._rarities !== undefined || this._result instanceof Failure) this._noteFailure();
  }

  /** Goes on with `waiter`, who has just got a result from this Deferred, and with those it passes the result on to, and back again. */
  private _runWaiters(waiter: Deferred<unknown>): void {
    const suppliers = [this as Deferred<unknown>];
    let current: Deferred<unknown> | undefined = waiter;
    while (current !== undefined) {
      if (pausesIn(current._state) !== 0) return;
      const next = current._runSteps();
      if (next !== undefined) {
        suppliers.push(current);
        current = next;
      } else {
        current._noteFailure();
        current = suppliers.pop();
      }
    }
  }

  /** Runs steps until there are none, or the result is a Deferred to wait for, or one is met who waits and takes the result over. */
  private _runSteps(): Deferred<unknown> | undefined {
    let step: Step | undefined;
    while ((step = this._first) !== undefined) {
      if ((this._first = step.next) === undefined) this._last = undefined;
      if (step.errback === handOver) return this._handOver(step.callback as Deferred<unknown>);

      const current = this._result;
      // Measured: most results are no objects, and to ask that first makes a chain of them a tenth faster.
      const failed = typeof current === "object" && current instanceof Failure;
      let call = failed ? step.errback : (step.callback as StepFunction | undefined);
      if (call === undefined) {
        if (!(current instanceof Deferred)) continue;
        // Who unpaused this one has made it stop waiting; letting the awaited one pass makes it wait again.
        call = passOn;
      }
      let result: unknown;
      this._state |= RUNNING;
      try {
        result = call(current);
        if (isThenable(result)) result = this._resultOf(result);
      } catch (error) {
        result = error instanceof Failure ? error : new Failure(error);
      }
      this._state &= ~RUNNING;
      this._result = result;
      if (typeof result === "object" && result instanceof Deferred) {
        this._waitFor(result as Deferred<unknown>);
        return undefined;
      }
    }
    return undefined;
  }

  private _handOver(waiter: Deferred<unknown>): Deferred<unknown> {
    waiter._result = this._takeResult();
    waiter._state -= ONE_PAUSE;
    return waiter;
  }

  private _waitFor(inner: Deferred<unknown>): void {
    this._state += ONE_PAUSE;
    // It has no result yet, so it is not running: the step may be put straight into its chain.
    inner._append(new Step(this, handOver));
  }

  /** What a callback's Deferred or promise has to give now, or a Deferred to wait for. */
  private _resultOf(thenable: PromiseLike<unknown>): unknown {
    const inner = thenable instanceof Deferred ? (thenable as Deferred<unknown>) : Deferred.fromPromise(thenable);
    if ((inner as object) === this) {
      throw new TypeError(
        "Cannot wait for a Deferred in its own callback: expected a callback to return another Deferred",
      );
    }
    if (!inner.called || inner._result instanceof Deferred || inner.paused !== 0) return inner;
    return inner._takeResult();
  }

  private _takeResult(): unknown {
    const result = this._result;
    this._result = undefined;
    const watch = this._rarities?.watch;
    if (watch !== undefined) watch.failure = undefined;
    return result;
  }

  private _noteFailure(): void {
    const result = this._result;
    const watch = this._rarities?.watch;
    if (watch !== undefined) {
      if (watch.failure === result) return;
      watch.failure = undefined;
    }
    if (!(result instanceof Failure)) return;
    const rarities = this._rare();
    rarities.watch = watchFailure(this, result, rarities.stacks);
  }

  private _rememberCreator(constructor: NewableFunction): void {
    this._rare().stacks = { creator: captureStack(constructor), invoker: undefined };
  }

  private _rare(): Rarities {
    return (this._rarities ??= { stacks: undefined, abort: undefined, watch: undefined, ignoresNextFiring: false });
  }

  private _cancelAwaited(cause: unknown): void {
    if (!(this._result instanceof Deferred)) return;
    this.abortSignal(cause);
    let target = this._result as Deferred<unknown>;
    // Deferreds that wait for each other in a circle have nobody to cancel; `slow` moves at half the speed to find them.
    let slow = target;
    for (let steps = 1; target._result instanceof Deferred; steps++) {
      if (target.cancel !== Deferred.prototype.cancel) break;
      target.abortSignal(cause);
      target = target._result;
      if (steps % 2 === 0) slow = slow._result as Deferred<unknown>;
      if (target === slow) return;
    }
    target.cancel(cause);
  }
}

/** A promise for a result that stays where it is. */
function promiseOf<T>(result: T | Failure): Promise<T> {
  if (!(result instanceof Failure)) return Promise.resolve(result);
  markHandled(result);
  return Promise.reject(result.value);
}

function pausesIn(state: number): number {
  return state >> 2;
}

const NONE: readonly [] = [];

function withArguments<A extends unknown[]>(
  call: (result: never, ...args: A) => unknown,
  args: A | readonly [],
): StepFunction {
  if (typeof call !== "function") throw notCallable(call);
  if (args.length === 0) return call as unknown as StepFunction;
  return (result) => call(result as never, ...(args as A));
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
  const text = inspect(result, options);
  if (result instanceof Deferred) return `<waiting for> ${text}`;
  return result instanceof Failure ? `<failed> ${text}` : text;
}

function notPlain(): TypeError {
  return new TypeError(
    "Cannot fire a Deferred with a Deferred or a promise: expected a plain result; return it from a callback, or use chainDeferred or fromPromise",
  );
}

function alreadyCalled(stacks: DebugStacks | undefined): AlreadyCalledError {
  const message = "Cannot fire a Deferred twice: it has been fired already";
  if (stacks === undefined) return new AlreadyCalledError(message);
  return new AlreadyCalledError(`${message}\nCreated:\n${stacks.creator}\nFirst fired:\n${stacks.invoker ?? ""}`);
}
