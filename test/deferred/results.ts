/** What a Deferred has given so far, for assertions. Looking takes the result: a failure is handled by that. */
import assert from "node:assert/strict";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import type { Caught, ErrorClass } from "../../src/deferred/failure.ts";

/** The result of a Deferred that must have one. */
export function successResultOf<T>(deferred: Deferred<T>): T {
  const results = resultsOf(deferred);
  assert.equal(results.length, 1, "There is no result yet");
  const [result] = results;
  if (result instanceof Failure) throw result.value;
  return result as T;
}

/** The error of a Deferred that must have failed with one of `types`. */
export function failureResultOf<C extends ErrorClass[]>(deferred: Deferred<unknown>, ...types: C): Caught<C[number]> {
  const results = resultsOf(deferred);
  assert.equal(results.length, 1, "There is no result yet");
  const [failure] = results;
  assert.ok(failure instanceof Failure, "It has not failed");
  return failure.trapValue(...types);
}

/** Insists that there is no result yet. */
export function assertNoResult(deferred: Deferred<unknown>): void {
  let fired = false;
  deferred.addBoth((result) => {
    fired = true;
    return result;
  });
  assert.equal(fired, false, "There is a result already");
}

/** A list that gets the result, or the `Failure`, once it is there. */
export function resultsOf<T>(deferred: Deferred<T>): (T | Failure)[] {
  const results: (T | Failure)[] = [];
  deferred.addBoth((result) => {
    results.push(result);
  });
  return results;
}

/** Resolves at the end of the current turn of the event loop. */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
