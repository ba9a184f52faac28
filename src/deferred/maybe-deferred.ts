/** Ways to have a Deferred at once: for a value, for a failure, for whatever a function or a promise gives. */
import { Deferred } from "./deferred.ts";
import type { Settled } from "./deferred.ts";
import { notCallable } from "./errors.ts";
import { Failure } from "./failure.ts";
import { isThenable } from "./thenable.ts";

/**
 * A Deferred that has been fired with `result`.
 *
 * @example
 * succeed(3).addCallback((n) => assert.equal(n, 3));
 */
export function succeed(): Deferred<undefined>;
export function succeed<T>(result: T): Deferred<T>;
export function succeed<T>(result?: T): Deferred<T | undefined> {
  const deferred = new Deferred<T | undefined>();
  deferred.callback(result);
  return deferred;
}

/**
 * A Deferred that has been fired with a failure.
 *
 * @example
 * fail(new RangeError("too far")).addErrback((failure) => failure.trap(RangeError));
 */
export function fail<T = never>(reason: unknown): Deferred<T> {
  const deferred = new Deferred<T>();
  deferred.errback(reason);
  return deferred;
}

/**
 * Calls a function that answers now, and gives a Deferred for what it answers or throws.
 *
 * @example
 * execute(JSON.parse, "[1").addErrback((failure) => failure.trap(SyntaxError));
 */
export function execute<U, A extends unknown[]>(call: (...args: A) => U, ...args: A): Deferred<U> {
  if (typeof call !== "function") throw notCallable(call);
  let result: U;
  try {
    result = call(...args);
  } catch (error) {
    return fail(error);
  }
  return succeed(result);
}

/**
 * Calls a function that may answer now or later, and gives a Deferred in any case: the one it answers, one for the promise
 * it answers, or one that has been fired with its answer or with what it throws.
 *
 * @example
 * maybeDeferred((n: number) => n + 1, 2).addCallback((n) => assert.equal(n, 3));
 */
export function maybeDeferred<U, A extends unknown[]>(call: (...args: A) => U, ...args: A): Deferred<Settled<U>> {
  if (typeof call !== "function") throw notCallable(call);
  let result: U;
  try {
    result = call(...args);
  } catch (error) {
    return fail(error);
  }
  return asDeferred(result) as Deferred<Settled<U>>;
}

/** The Deferred that `value` is, or one for the promise that it is, or one that has been fired with it. */
export function asDeferred<T>(value: T | PromiseLike<T>): Deferred<T> {
  if (value instanceof Deferred) return value as Deferred<T>;
  if (value instanceof Failure) return fail(value);
  return isThenable(value) ? Deferred.fromPromise(value) : succeed(value);
}
