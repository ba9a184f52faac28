/** Those who wait for one event, such as the end of a service: each has a Deferred of its own, and may cancel it. */
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";

export class Waiters<T = void> {
  #waiting: Deferred<T>[] = [];

  /** One more, who waits until the next `fire`. */
  add(): Deferred<T> {
    const waiter = new Deferred<T>(() => {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
    });
    this.#waiting.push(waiter);
    return waiter;
  }

  /** Tells all who wait now, and answers how many these were. Who comes meanwhile waits for the next time. */
  fire(result: T | Failure): number {
    const told = this.#waiting;
    this.#waiting = [];
    for (const waiter of told) {
      // One may be cancelled by another who is told first.
      if (waiter.called) continue;
      if (result instanceof Failure) waiter.errback(result);
      else waiter.callback(result);
    }
    return told.length;
  }
}
