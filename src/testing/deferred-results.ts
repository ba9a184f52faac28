/**
 * What a Deferred has come to, now: for tests that don't wait.
 *
 * All throw the `AssertionError` of `node:assert`, which every test runner shows as a failed test.
 */
import { AssertionError } from "node:assert";
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import type { ErrorClass } from "../deferred/failure.ts";

/**
 * The result that `deferred` has now. Throws `AssertionError` where there is none, or a failure, which then counts as handled.
 *
 * @example
 * import { succeed } from "hawser/deferred";
 * assert.equal(successResultOf(succeed(3)), 3);
 */
export function successResultOf<T>(deferred: Deferred<T>): T {
  const outcome = outcomeOf(deferred);
  if (outcome === undefined) {
    throw broken("a success result", inspect(deferred), "no result", successResultOf);
  }
  if (!(outcome.result instanceof Failure)) return outcome.result;
  const failure: Failure = outcome.result;
  swallow(deferred);
  throw broken("a success result", nameOf(deferred), failure, successResultOf);
}

/**
 * The failure that `deferred` has now, which then counts as handled. Throws `AssertionError` where there is none, or one of a class that is not
 * among `types`, if any are given.
 *
 * @example
 * import { fail } from "hawser/deferred";
 * const failure = failureResultOf(fail(new RangeError("too far")), RangeError);
 * assert.equal(failure.value.message, "too far");
 */
export function failureResultOf(deferred: Deferred<unknown>): Failure;
export function failureResultOf<C extends ErrorClass>(
  deferred: Deferred<unknown>,
  ...types: C[]
): Failure<InstanceType<C>>;
export function failureResultOf(deferred: Deferred<unknown>, ...types: ErrorClass[]): Failure {
  const outcome = outcomeOf(deferred);
  if (outcome === undefined) {
    throw broken("a failure result", inspect(deferred), "no result", failureResultOf);
  }
  const { result } = outcome;
  if (!(result instanceof Failure)) {
    throw broken("a failure result", inspect(deferred), "a success", failureResultOf);
  }
  const failure: Failure = result;
  swallow(deferred);
  if (types.length > 0 && failure.check(...types) === null) {
    const names = types.map((type) => type.name).join(" or ");
    throw broken(`a failure of type ${names}`, nameOf(deferred), failure, failureResultOf);
  }
  return failure;
}

/**
 * Throws `AssertionError` where `deferred` has a result now; a failure then counts as handled. Otherwise `deferred` is as it was.
 *
 * @example
 * import { Deferred } from "hawser/deferred";
 * const deferred = new Deferred<number>();
 * assertNoResult(deferred);
 * deferred.callback(1);
 * assert.throws(() => assertNoResult(deferred));
 */
export function assertNoResult(deferred: Deferred<unknown>): void {
  const outcome = outcomeOf(deferred);
  if (outcome === undefined) return;
  swallow(deferred);
  const found = outcome.result instanceof Failure ? outcome.result : inspect(outcome.result);
  throw broken("no result", nameOf(deferred), found, assertNoResult);
}

/** The result that the chain has at its end; the chain goes on with it. */
function outcomeOf<T>(deferred: Deferred<T>): { readonly result: T | Failure } | undefined {
  if (!(deferred instanceof Deferred)) {
    throw new TypeError(
      `Cannot look at the result of ${inspect(deferred, { depth: 0, breakLength: Infinity })}: expected a Deferred; nobody can look into a promise, await it`,
    );
  }
  let outcome: { readonly result: T | Failure } | undefined;
  deferred.addBoth((result) => {
    outcome = { result };
    return result;
  });
  return outcome;
}

function swallow(deferred: Deferred<unknown>): void {
  deferred.addErrback(() => undefined);
}

function nameOf(deferred: Deferred<unknown>): string {
  return deferred.constructor.name;
}

/** The error for a Deferred of which something else was expected than what was found. A failure that was found is shown, and is its cause. */
function broken(
  expected: string,
  deferred: string,
  found: string | Failure,
  stackStartFn: (...args: never[]) => unknown,
): AssertionError {
  const actual = found instanceof Failure ? "a failure" : found;
  const detail = found instanceof Failure ? `:\n${found.getTraceback()}` : "";
  const message = `Expected ${expected} of ${deferred}, found ${actual}${detail}`;
  const error = new AssertionError({ message, expected, actual, stackStartFn });
  if (found instanceof Failure) error.cause = found.value;
  return error;
}
