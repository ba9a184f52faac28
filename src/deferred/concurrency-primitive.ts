/** What a lock and a semaphore share: a line of those who wait, and `run`. */
import type { Deferred, Settled } from "./deferred.ts";
import { notCallable } from "./errors.ts";
import { maybeDeferred, succeed } from "./maybe-deferred.ts";
import { WaitingLine } from "./waiting-line.ts";

/**
 * How many calls of `release` may be inside each other, each made by one who got what the call around it released. A long line that moves
 * on at once, as `run` makes it do, would use up the stack; a deeper call leaves the line to those around it.
 */
const DEEPEST_RELEASE = 50;

export abstract class ConcurrencyPrimitive {
  readonly #waiting: WaitingLine<this> = new WaitingLine<this>();
  #releases = 0;

  /** A Deferred that fires with this object when it is acquired. Cancelling it gives up the place in the line. */
  acquire(): Deferred<this> {
    // There is one to take while somebody waits only until a release that was too deep has been made up for.
    if (this.#waiting.length > 0 || !this.take()) return this.#waiting.join();
    return succeed(this);
  }

  /** Gives back what was acquired; the next in the line gets it. Throws `InvalidStateError` where there is nothing to give back. */
  release(): void {
    this.giveBack();
    if (this.#releases === DEEPEST_RELEASE) return;
    this.#releases++;
    try {
      while (this.#waiting.length > 0 && this.take()) this.#waiting.shift()?.callback(this);
    } finally {
      this.#releases--;
    }
  }

  /** Acquires, calls `call(...args)`, and releases when what it answers, now or later, is there. */
  run<U, A extends unknown[]>(call: (...args: A) => U, ...args: A): Deferred<Settled<U>> {
    if (typeof call !== "function") throw notCallable(call);
    return this.acquire().addCallback(() =>
      maybeDeferred(call, ...args).addBoth((result) => {
        this.release();
        return result;
      }),
    ) as Deferred<unknown> as Deferred<Settled<U>>;
  }

  /** Releases: `using held = await lock.acquire()`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** Takes one if there is one; answers whether there was. */
  protected abstract take(): boolean;
  /** Undoes `take`, or throws where nothing was taken. */
  protected abstract giveBack(): void;
}
