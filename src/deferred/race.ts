/** `race`: the first result wins, the others are cancelled. */
import { cancelAll } from "./cancel-all.ts";
import { Deferred } from "./deferred.ts";
import { FailureGroup } from "./errors.ts";
import type { Failure } from "./failure.ts";
import { asDeferred } from "./maybe-deferred.ts";

/** What a race of the things in the list `D` gives. */
export type Winner<D extends Iterable<unknown>> = readonly [
  index: number,
  result: D extends Iterable<infer E> ? Awaited<E> : never,
];

/**
 * Fires with `[index, result]` of the first Deferred (or promise) that has a result, and cancels the others. Fails with
 * `FailureGroup` when all have failed. Cancelling it cancels them all.
 *
 * @example
 * race([new Deferred<string>(), succeed("mirror")]).addCallback(([index]) => assert.equal(index, 1));
 */
export function race<const D extends Iterable<unknown>>(list: D): Deferred<Winner<D>> {
  const runners = Array.from(list, (item) => asDeferred(item));
  const failures: Failure[] = [];
  let failed = 0;
  let won = false;
  const result = new Deferred<Winner<D>>((_, cause) => cancelAll(runners, cause));

  const succeeded = (value: unknown, index: number): void => {
    // A second one gets here where a canceller fires its Deferred with a result.
    if (won) return;
    won = true;
    cancelAll(runners.filter((_, other) => other !== index));
    result.callback([index, value] as unknown as Winner<D>);
  };
  const lost = (failure: Failure, index: number): void => {
    failures[index] = failure;
    failed++;
    if (failed === runners.length) result.errback(new FailureGroup(failures));
  };

  if (runners.length === 0) result.errback(new FailureGroup([]));
  for (const [index, runner] of runners.entries()) {
    runner.addCallbacks(succeeded, lost, { callbackArgs: [index], errbackArgs: [index] });
  }
  return result;
}
