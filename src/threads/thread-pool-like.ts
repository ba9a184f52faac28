/** What a thread pool offers, whoever makes it: the pool of real threads, or the double for tests. */
import type { Failure } from "../deferred/failure.ts";
import type { ModuleFunction } from "./thread-function.ts";

/** What the calls of workers into the reactor's thread need: a reactor that runs. */
export interface ThreadReactor {
  readonly running: boolean;
}

/** Told how a call ended: `true` and its result, or `false` and the failure. */
export type ResultCallback = (success: boolean, result: unknown) => void;

/** Work for one thread. */
export interface ThreadRequest {
  /** Functions with their arguments, to be called one after the other until one fails. */
  readonly calls: readonly (readonly [f: unknown, ...args: unknown[]])[];
  /** Told the result of the last one. Without it failures are logged. */
  readonly onResult?: ResultCallback | undefined;
  /** Where `callFromThread` of these functions calls. */
  readonly reactor?: ThreadReactor | undefined;
}

/** Work that was handed to a pool. */
export interface ThreadCall {
  /** Drops the work, or ends the thread that does it; `onResult` is not called any more. */
  cancel(): void;
}

export interface ThreadPoolLike {
  /** How many threads there are at least, and at most. */
  readonly min: number;
  readonly max: number;
  /** Calls `f(...args)` in a thread. What it throws is logged. */
  callInThread<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): ThreadCall;
  callInThread(f: ModuleFunction, ...args: unknown[]): ThreadCall;
  /** The same, and tells `onResult`, in the thread of the pool's owner, what came of it. */
  callInThreadWithCallback<R, A extends unknown[]>(
    onResult: (success: boolean, result: Awaited<R> | Failure) => void,
    f: (...args: A) => R,
    ...args: A
  ): ThreadCall;
  callInThreadWithCallback(onResult: ResultCallback, f: ModuleFunction, ...args: unknown[]): ThreadCall;
  /** Hands over work in its general form. */
  submit(request: ThreadRequest): ThreadCall;
  /** Sets how many threads there are. */
  adjustPoolsize(minThreads?: number, maxThreads?: number): void;
}
