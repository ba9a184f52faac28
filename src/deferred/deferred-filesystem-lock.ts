/** A `FilesystemLock` to wait for. */
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import { Deferred } from "./deferred.ts";
import { AlreadyTryingToLockError, TimeoutError, cancelledBy } from "./errors.ts";
import { FilesystemLock } from "./filesystem-lock.ts";
import { fail } from "./maybe-deferred.ts";

/** The seconds between two attempts. */
const INTERVAL = 1;

/**
 * @example
 * import { Clock } from "hawser/clock";
 * const lock = new DeferredFilesystemLock(`/tmp/hawser-example-${process.pid}.lock`, new Clock());
 * await lock.deferUntilLocked();
 * lock.unlock();
 */
export class DeferredFilesystemLock extends FilesystemLock {
  readonly #scheduler: ReactorTime;
  #nextAttempt: DelayedCallLike | undefined = undefined;
  #timeLimit: DelayedCallLike | undefined = undefined;

  constructor(name: string, scheduler: ReactorTime) {
    super(name);
    this.#scheduler = scheduler;
  }

  /**
   * A Deferred that fires when the lock is taken, and fails with `TimeoutError` where that has not happened after `timeout` seconds, or with
   * `AlreadyTryingToLockError` where an earlier call is still trying; an error of the file system is its failure too. Cancelling it gives up.
   */
  deferUntilLocked(timeout?: number): Deferred<void> {
    if (this.#nextAttempt !== undefined) {
      return fail(
        new AlreadyTryingToLockError(
          `Cannot wait for "${this.name}": an earlier call still tries, expected one at a time`,
        ),
      );
    }
    const locked = new Deferred<void>((_, cause) => this.#giveUp(locked, cancelledBy(cause)));
    this.#attempt(locked, timeout);
    return locked;
  }

  #attempt(locked: Deferred<void>, timeout: number | undefined): void {
    this.#nextAttempt = undefined;
    if (this.#settle(locked)) return;
    if (timeout !== undefined && this.#timeLimit === undefined) {
      this.#timeLimit = this.#scheduler.callLater(timeout, () => {
        this.#giveUp(locked, new TimeoutError(`The lock "${this.name}" was not free within ${timeout} seconds`));
      });
    }
    this.#nextAttempt = this.#scheduler.callLater(INTERVAL, () => this.#attempt(locked, timeout));
  }

  /** Has a last try, and fails with `error` if that is in vain. */
  #giveUp(locked: Deferred<void>, error: Error): void {
    this.#stopTimers();
    if (!this.#settle(locked)) locked.errback(error);
  }

  /** Fires `locked` if the lock can be taken, or if the attempt breaks down; answers whether it did. */
  #settle(locked: Deferred<void>): boolean {
    let taken: boolean;
    try {
      taken = this.lock();
    } catch (error) {
      this.#stopTimers();
      locked.errback(error);
      return true;
    }
    if (!taken) return false;
    this.#stopTimers();
    locked.callback();
    return true;
  }

  #stopTimers(): void {
    for (const call of [this.#nextAttempt, this.#timeLimit]) {
      if (call?.active() === true) call.cancel();
    }
    this.#nextAttempt = undefined;
    this.#timeLimit = undefined;
  }
}
