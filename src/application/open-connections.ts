/** The connections that are open, and whoever waits for the last of them to end. */
import { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/maybe-deferred.ts";
import type { ConnectionWatcher, WatchedConnection } from "./watched-factory.ts";

export class OpenConnections<P> implements ConnectionWatcher<P> {
  readonly #open: Set<WatchedConnection<P>> = new Set();
  #waiters: Deferred<void>[] = [];

  get size(): number {
    return this.#open.size;
  }

  /** Fires when no connection is open, which may be now. */
  whenEmpty(): Deferred<void> {
    if (this.#open.size === 0) return succeed();
    const empty = new Deferred<void>(() => {
      this.#waiters = this.#waiters.filter((waiter) => waiter !== empty);
    });
    this.#waiters.push(empty);
    return empty;
  }

  connectionMade(connection: WatchedConnection<P>): void {
    this.#open.add(connection);
  }

  connectionLost(connection: WatchedConnection<P>): void {
    this.#open.delete(connection);
    if (this.#open.size > 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    // One may be cancelled by another who is told first.
    for (const waiter of waiters) if (!waiter.called) waiter.callback();
  }

  /** Calls `what` for those that are open now and not closed by it meanwhile. */
  forEach(what: (connection: WatchedConnection<P>) => void): void {
    for (const connection of Array.from(this.#open)) if (this.#open.has(connection)) what(connection);
  }
}
