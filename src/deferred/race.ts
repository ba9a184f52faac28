/** `race`: the first result wins, the others are cancelled. */
import { Deferred } from "./deferred.ts";
import { FailureGroup } from "./errors.ts";
import type { Failure } from "./failure.ts";
import { asDeferred } from "./maybe-deferred.ts";

/**
 * Fires with `[index, result]` of the first Deferred (or promise) that has a result, and cancels the others. Fails with
 * `FailureGroup` when all have failed. Cancelling it cancels them all.
 *
 * @example
 * race([new Deferred<string>(), succeed("mirror")]).addCallback(([index]) => assert.equal(index, 1));
 */
export function race<T>(list: Iterable<T | PromiseLike<T>>): Deferred<readonly [index: number, result: T]> {
  const runners = Array.from(list, (item) => asDeferred(item));
  const failures: Failure[] = [];
  let failed = 0;
  let won = false;
  const result = new Deferred<readonly [number, T]>((_, cause) => {
    for (const runner of runners) runner.cancel(cause);
  });

  const succeeded = (value: T, index: number): void => {
    // A second one gets here where a canceller fires its Deferred with a result.
    if (won) return;
    won = true;
    for (const [other, runner] of runners.entries()) {
      if (other !== index) runner.cancel();
    }
    result.callback([index, value]);
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
