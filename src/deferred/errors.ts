/** The errors of Deferreds and of what is built of them. */
import { inspect } from "node:util";
import { HawserError, InvalidStateError } from "../errors.ts";
import type { Failure } from "./failure.ts";

/** A Deferred was fired that has been fired before. In debug mode the message shows where it was made and first fired. */
export class AlreadyCalledError extends InvalidStateError {
  override readonly name: string = "AlreadyCalledError";
  override readonly code: string = "ERR_DEFERRED_ALREADY_CALLED";
}

/** The Deferred was cancelled before it had a result. `cause` is the reason of the `AbortSignal` that did it, if one did. */
export class CancelledError extends HawserError {
  override readonly name: string = "CancelledError";
  readonly code: string = "ERR_CANCELLED";

  constructor(message = "The operation was cancelled", options?: ErrorOptions) {
    super(message, options);
  }
}

/** A `CancelledError` with a `cause`, where there is one. */
export function cancelledBy(cause: unknown): CancelledError {
  return new CancelledError(undefined, cause === undefined ? undefined : { cause });
}

/** What is thrown where a function is expected and something else is given. */
export function notCallable(value: unknown): TypeError {
  return new TypeError(`Cannot call ${inspect(value, { depth: 0 })}: expected a function`);
}

/** The time that was given for a result is over. */
export class TimeoutError extends HawserError {
  override readonly name: string = "TimeoutError";
  readonly code: string = "ERR_TIMEOUT";
}

/** The first failure in a list of Deferreds that was told to stop at one. */
export class FirstError extends HawserError {
  override readonly name: string = "FirstError";
  readonly code: string = "ERR_FIRST_ERROR";
  /** The failure itself. */
  readonly subFailure: Failure;
  /** The place in the list of the Deferred that failed. */
  readonly index: number;

  constructor(subFailure: Failure, index: number) {
    super(`Deferred ${index} of the list failed: ${subFailure.getErrorMessage()}`, { cause: subFailure.value });
    this.subFailure = subFailure;
    this.index = index;
  }
}

/** Everything that was to race has failed. */
export class FailureGroup extends HawserError {
  override readonly name: string = "FailureGroup";
  readonly code: string = "ERR_FAILURE_GROUP";
  /** The failures, in the order of the list. */
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(`All ${failures.length} Deferreds of the race failed`);
    this.failures = failures;
  }
}

/** `put` on a queue that holds as much as it may. */
export class QueueOverflow extends HawserError {
  override readonly name: string = "QueueOverflow";
  readonly code: string = "ERR_QUEUE_OVERFLOW";
}

/** `get` on a queue that has as many waiting as it may. */
export class QueueUnderflow extends HawserError {
  override readonly name: string = "QueueUnderflow";
  readonly code: string = "ERR_QUEUE_UNDERFLOW";
}

/** `deferUntilLocked` while an earlier call is still trying. */
export class AlreadyTryingToLockError extends InvalidStateError {
  override readonly name: string = "AlreadyTryingToLockError";
  override readonly code: string = "ERR_ALREADY_TRYING_TO_LOCK";
}
