/** What a lock and a semaphore share: a line of those who wait, and `run`. */
import { Deferred } from "./deferred.ts";
import type { Settled } from "./deferred.ts";
import { maybeDeferred } from "./maybe-deferred.ts";

export abstract class ConcurrencyPrimitive {
  /** In the order in which they asked; a set, so that one who is cancelled leaves the line at once. */
  readonly #waiting: Set<Deferred<this>> = new Set();

  /** A Deferred that fires with this object when it is acquired. Cancelling it gives up the place in the line. */
  acquire(): Deferred<this> {
    const acquired = new Deferred<this>((deferred) => void this.#waiting.delete(deferred));
    if (this.take()) acquired.callback(this);
    else this.#waiting.add(acquired);
    return acquired;
  }

  /** Gives back what was acquired; the next in the line gets it. Throws `InvalidStateError` where there is nothing to give back. */
  release(): void {
    this.giveBack();
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.take();
    next.callback(this);
  }

  /** Acquires, calls `call(...args)`, and releases when what it answers, now or later, is there. */
  run<U, A extends unknown[]>(call: (...args: A) => U, ...args: A): Deferred<Settled<U>> {
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
