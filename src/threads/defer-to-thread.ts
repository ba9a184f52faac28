/** Calls in threads, and their results as Deferreds. */
import { Deferred } from "../deferred/deferred.ts";
import type { Settled } from "../deferred/deferred.ts";
import { fail } from "../deferred/maybe-deferred.ts";
import type { ModuleFunction } from "./thread-function.ts";
import type { ThreadCall, ThreadPoolLike, ThreadReactor } from "./thread-pool-like.ts";

/** What calls in threads need of a reactor. */
export interface ReactorWithThreads extends ThreadReactor {
  getThreadPool(): ThreadPoolLike;
}

/**
 * Calls `f(...args)` in a thread of the reactor's pool, and answers a Deferred for its result. Arguments and results are copied, as
 * `structuredClone` does, or moved, see `transfer`. Cancelling the Deferred ends the thread that does the work; another takes its place.
 *
 * `f` is a function that stands alone: it uses its arguments, what is global, and what it imports itself. Or it is `{ module, export }`.
 * What it throws arrives with its class where that is builtin, its stack, its causes and properties.
 *
 * The Deferred fails with `ThreadFunctionError` where `f` cannot run in another thread, with `ThreadDataError` where an argument or the result cannot
 * be copied, with `WorkerExitedError` where the thread ends, and with `ThreadPoolStoppedError` where the pool has stopped.
 *
 * @example
 * import { NodeReactor } from "hawser/reactor";
 * const reactor = new NodeReactor();
 * function countPrimes(limit: number): number {
 *   let count = 0;
 *   for (let n = 2; n <= limit; n++) {
 *     let d = 2;
 *     while (d * d <= n && n % d !== 0) d++;
 *     if (d * d > n) count++;
 *   }
 *   return count;
 * }
 * deferToThread(reactor, countPrimes, 100).addCallback((count) => {
 *   assert.equal(count, 25);
 *   reactor.stop();
 * });
 * await reactor.run();
 */
export function deferToThread<R, A extends unknown[]>(
  reactor: ReactorWithThreads,
  f: (...args: A) => R,
  ...args: A
): Deferred<Settled<R>>;
export function deferToThread<R = unknown>(
  reactor: ReactorWithThreads,
  f: ModuleFunction,
  ...args: unknown[]
): Deferred<R>;
export function deferToThread(reactor: ReactorWithThreads, f: unknown, ...args: unknown[]): Deferred<unknown> {
  return submit(reactor, reactor.getThreadPool(), f, args);
}

/**
 * The same in a pool of your own. `reactor` is the one into which `callFromThread` of that function calls.
 *
 * @example
 * import { NodeReactor } from "hawser/reactor";
 * const pool = new ThreadPool(0, 1);
 * pool.start();
 * const sum = await deferToThreadPool(new NodeReactor(), pool, (a: number, b: number) => a + b, 2, 3);
 * assert.equal(sum, 5);
 * await pool.stop();
 */
export function deferToThreadPool<R, A extends unknown[]>(
  reactor: ThreadReactor,
  pool: ThreadPoolLike,
  f: (...args: A) => R,
  ...args: A
): Deferred<Settled<R>>;
export function deferToThreadPool<R = unknown>(
  reactor: ThreadReactor,
  pool: ThreadPoolLike,
  f: ModuleFunction,
  ...args: unknown[]
): Deferred<R>;
export function deferToThreadPool(
  reactor: ThreadReactor,
  pool: ThreadPoolLike,
  f: unknown,
  ...args: unknown[]
): Deferred<unknown> {
  return submit(reactor, pool, f, args);
}

function submit(reactor: ThreadReactor, pool: ThreadPoolLike, f: unknown, args: readonly unknown[]): Deferred<unknown> {
  let call: ThreadCall | undefined;
  const deferred: Deferred<unknown> = new Deferred<unknown>(() => call?.cancel());
  const onResult = (success: boolean, result: unknown): void => {
    if (success) deferred.callback(result);
    else deferred.errback(result);
  };
  try {
    call = pool.submit({ calls: [[f, ...args]], reactor, onResult });
  } catch (error) {
    return fail(error);
  }
  return deferred;
}

/**
 * Calls functions one after the other in one thread of the reactor's pool. The first that throws ends the row, and is logged.
 *
 * @param calls each a function and its arguments
 *
 * @example
 * import { NodeReactor } from "hawser/reactor";
 * const reactor = new NodeReactor();
 * callMultipleInThread(reactor, [
 *   [(n: number) => ((globalThis as { total?: number }).total = n), 1],
 *   [async () => (await import("hawser/threads")).callFromThread((r) => r.stop())],
 * ]);
 * await reactor.run();
 */
export function callMultipleInThread(
  reactor: ReactorWithThreads,
  calls: readonly (readonly [f: ((...args: never[]) => unknown) | ModuleFunction, ...args: unknown[]])[],
): void {
  reactor.getThreadPool().submit({ calls, reactor });
}
