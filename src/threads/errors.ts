/** The errors of threads. */
import { HawserError, InvalidStateError } from "../errors.ts";

/** What was given cannot be run in another thread; the message says why, and how to do it. */
export class ThreadFunctionError extends HawserError {
  override readonly name: string = "ThreadFunctionError";
  readonly code: string = "ERR_THREAD_FUNCTION";
}

/** An argument or a result that cannot be copied to another thread, such as a function. `cause` is the runtime's error. */
export class ThreadDataError extends HawserError {
  override readonly name: string = "ThreadDataError";
  readonly code: string = "ERR_THREAD_DATA";
}

/** The worker thread ended before the call did. `cause` is the error that ended it, if one did. */
export class WorkerExitedError extends HawserError {
  override readonly name: string = "WorkerExitedError";
  readonly code: string = "ERR_WORKER_EXITED";
  /** The exit code of the thread. */
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The pool takes no calls any more, or would not wait any longer for this one. */
export class ThreadPoolStoppedError extends InvalidStateError {
  override readonly name: string = "ThreadPoolStoppedError";
  override readonly code: string = "ERR_THREAD_POOL_STOPPED";
}
