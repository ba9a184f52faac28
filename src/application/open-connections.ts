/** The connections that are open, and whoever waits for the last of them to end. */
import type { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/maybe-deferred.ts";
import { Waiters } from "./waiters.ts";
import type { ConnectionWatcher, WatchedConnection } from "./watched-factory.ts";

export class OpenConnections<P> implements ConnectionWatcher<P> {
  readonly #open: Set<WatchedConnection<P>> = new Set();
  readonly #waiters: Waiters = new Waiters();

  get size(): number {
    return this.#open.size;
  }

  /** Fires when no connection is open, which may be now. */
  whenEmpty(): Deferred<void> {
    return this.#open.size === 0 ? succeed() : this.#waiters.add();
  }

  connectionMade(connection: WatchedConnection<P>): void {
    this.#open.add(connection);
  }

  connectionLost(connection: WatchedConnection<P>): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#waiters.fire(undefined);
  }

  /** Calls `what` for those that are open now and not closed by it meanwhile. */
  forEach(what: (connection: WatchedConnection<P>) => void): void {
    for (const connection of Array.from(this.#open)) if (this.#open.has(connection)) what(connection);
  }
}
