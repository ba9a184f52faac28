/**
 * Work that was tried, and how it went: what `Logger.failuresHandled` answers, in the place of Twisted's context manager.
 */
import { Failure } from "../deferred/failure.ts";
import { isThenable } from "./thenable.ts";

/** How a piece of work went. */
export type Operation<T> = Succeeded<T> | Failed;

export interface Succeeded<T> {
  readonly succeeded: true;
  readonly failed: false;
  readonly failure: undefined;
  readonly result: T;
}

export interface Failed {
  readonly succeeded: false;
  readonly failed: true;
  readonly failure: Failure;
  readonly result: undefined;
}

/** What becomes of work that answers `R`: known at once, or a promise of it where `R` is something to wait for. */
export type OperationOf<R> = 0 extends 1 & R
  ? Operation<R> // R is any: taken to be no promise.
  : [Extract<R, PromiseLike<unknown>>] extends [never]
    ? Operation<R>
    : Promise<Operation<Awaited<R>>> | ([R] extends [PromiseLike<unknown>] ? never : Operation<Awaited<R>>);

/** Does `work(...args)` and tells `failed` of what it throws or rejects with. */
export function attempt<A extends unknown[], R>(
  failed: (failure: Failure) => void,
  work: (...args: A) => R,
  args: A,
): OperationOf<R> {
  const settle = (error: unknown): Failed => {
    const failure = new Failure(error);
    failed(failure);
    return { succeeded: false, failed: true, failure, result: undefined };
  };
  try {
    const result = work(...args);
    const answer = isThenable(result) ? Promise.resolve(result).then(success, settle) : success(result);
    return answer as OperationOf<R>;
  } catch (error) {
    return settle(error) as OperationOf<R>;
  }
}

function success<T>(result: T): Succeeded<T> {
  return { succeeded: true, failed: false, failure: undefined, result };
}
