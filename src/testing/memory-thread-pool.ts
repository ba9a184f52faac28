/** A thread pool without threads: what it is asked waits until a test performs it, in the test's own thread. */
import type { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import { definitionOf } from "../threads/thread-function.ts";
import type { Callable, ModuleFunction } from "../threads/thread-function.ts";
import type { ResultCallback, ThreadCall, ThreadPoolLike, ThreadRequest } from "../threads/thread-pool-like.ts";

const log = new Logger({ namespace: "hawser.testing" });

/**
 * Keeps work until `perform` is called. Functions are refused as a pool of real threads refuses them, but run where the test runs: arguments
 * and results are not copied.
 *
 * @example
 * import { deferToThreadPool } from "hawser/threads";
 * const reactor = new MemoryReactor();
 * const pool = new MemoryThreadPool();
 * const d = deferToThreadPool(reactor, pool, (n: number) => n + 1, 41);
 * assertNoResult(d);
 * void pool.perform();
 * assert.equal(successResultOf(d), 42);
 */
export class MemoryThreadPool implements ThreadPoolLike {
  min: number = 0;
  max: number = 10;
  /** The work that waits, oldest first. */
  readonly requests: ThreadRequest[] = [];

  callInThread<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): ThreadCall;
  callInThread(f: ModuleFunction, ...args: unknown[]): ThreadCall;
  callInThread(f: unknown, ...args: unknown[]): ThreadCall {
    return this.submit({ calls: [[f, ...args]] });
  }

  callInThreadWithCallback<R, A extends unknown[]>(
    onResult: (success: boolean, result: Awaited<R> | Failure) => void,
    f: (...args: A) => R,
    ...args: A
  ): ThreadCall;
  callInThreadWithCallback(onResult: ResultCallback, f: ModuleFunction, ...args: unknown[]): ThreadCall;
  callInThreadWithCallback(onResult: unknown, f: unknown, ...args: unknown[]): ThreadCall {
    return this.submit({ calls: [[f, ...args]], onResult: onResult as ResultCallback });
  }

  submit(request: ThreadRequest): ThreadCall {
    for (const [f] of request.calls) definitionOf(f);
    this.requests.push(request);
    return {
      cancel: () => {
        const place = this.requests.indexOf(request);
        if (place >= 0) this.requests.splice(place, 1);
      },
    };
  }

  adjustPoolsize(minThreads: number = this.min, maxThreads: number = this.max): void {
    this.min = minThreads;
    this.max = maxThreads;
  }

  /** Does the oldest work that waits. The Deferred fires when it is done; at once where its functions answer at once. */
  perform(): Deferred<void> {
    const request = this.requests.shift();
    if (request === undefined) {
      throw new InvalidStateError("Cannot perform a call: none waits, expected one that was handed to this pool");
    }
    return callAll(request.calls).addCallbacks(
      (result) => request.onResult?.(true, result),
      (failure) => {
        if (request.onResult === undefined) log.failure("A call in a thread failed", failure);
        else request.onResult(false, failure);
      },
    );
  }
}

function callAll([first, ...others]: ThreadRequest["calls"]): Deferred<unknown> {
  const called = maybeDeferred(() => (first === undefined ? undefined : callOne(first)));
  return others.length === 0 ? called : called.addCallback(() => callAll(others));
}

function callOne([f, ...args]: ThreadRequest["calls"][number]): unknown {
  if (typeof f === "function") return (f as Callable)(...args);
  const { module, export: name = "default" } = f as ModuleFunction;
  return import(String(module)).then((names: Readonly<Record<string, Callable>>) => names[name]!(...args));
}
