/** A lock for event-driven code. */
import { InvalidStateError } from "../errors.ts";
import { ConcurrencyPrimitive } from "./concurrency-primitive.ts";

/**
 * One at a time, in the order of asking.
 *
 * @example
 * const lock = new DeferredLock();
 * await lock.run(async () => "nobody else is in here");
 */
export class DeferredLock extends ConcurrencyPrimitive {
  #locked = false;

  /** Whether somebody has acquired it. */
  get locked(): boolean {
    return this.#locked;
  }

  protected override take(): boolean {
    if (this.#locked) return false;
    this.#locked = true;
    return true;
  }

  protected override giveBack(): void {
    if (!this.#locked) {
      throw new InvalidStateError("Cannot release the lock: it is free, expected it to be acquired before");
    }
    this.#locked = false;
  }
}
