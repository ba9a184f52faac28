/** `hawser/deferred`: results that are not there yet, and what is built of them. */
export { Deferred } from "./deferred.ts";
export type { CallbackArguments, Canceller, Settled, SignalOptions } from "./deferred.ts";
export { getDebugging, setDebugging } from "./debugging.ts";
export { Failure } from "./failure.ts";
export type { Caught, ErrorClass, TracebackOptions } from "./failure.ts";
export { setUnhandledFailures } from "./unhandled.ts";
export type { UnhandledMode } from "./unhandled.ts";
export { execute, fail, maybeDeferred, succeed } from "./maybe-deferred.ts";
export { ensureDeferred, inlineCallbacks, wait } from "./inline-callbacks.ts";
export type { CoroutineGenerator } from "./inline-callbacks.ts";
export { DeferredList, FAILURE, SUCCESS, gatherResults } from "./deferred-list.ts";
export type { DeferredListOptions, Outcome, Results } from "./deferred-list.ts";
export { race } from "./race.ts";
export type { Winner } from "./race.ts";
export { DeferredLock } from "./deferred-lock.ts";
export { DeferredSemaphore } from "./deferred-semaphore.ts";
export { DeferredQueue } from "./deferred-queue.ts";
export type { DeferredQueueOptions } from "./deferred-queue.ts";
export { FilesystemLock, isLocked } from "./filesystem-lock.ts";
export { DeferredFilesystemLock } from "./deferred-filesystem-lock.ts";
export {
  AlreadyCalledError,
  AlreadyTryingToLockError,
  CancelledError,
  FailureGroup,
  FirstError,
  QueueOverflow,
  QueueUnderflow,
  TimeoutError,
} from "./errors.ts";
export { InvalidStateError } from "../errors.ts";
