/** Keeps the last events in a ring, to be told to another observer later. */
import { inspect } from "node:util";
import { Callable } from "./callable.ts";
import type { LogEvent, LogObserver } from "./log-event.ts";

const DEFAULT_SIZE = 64 * 1024;

/**
 * An observer that keeps the last `size` events.
 *
 * @example
 * const history = new LimitedHistoryLogObserver(5);
 * for (let n = 0; n < 10; n++) history({ n });
 * const replayed: unknown[] = [];
 * history.replayTo((event) => replayed.push(event.n));
 * assert.deepEqual(replayed, [5, 6, 7, 8, 9]);
 */
export class LimitedHistoryLogObserver extends Callable<LogEvent, void> {
  readonly #size: number;
  // Grows to the size and then goes round; #oldest is where the next event goes once it is full.
  #events: LogEvent[] = [];
  #oldest = 0;

  /** @param size how many events to keep; `Infinity` keeps all. Default: 65,536 */
  constructor(size: number = DEFAULT_SIZE) {
    super();
    if (!(Number.isInteger(size) || size === Number.POSITIVE_INFINITY) || size < 0) {
      throw new RangeError(`Cannot keep ${inspect(size)} log events: expected a whole number, or Infinity`);
    }
    this.#size = size;
  }

  /** Tells `observer` of the events that are kept, the oldest first. */
  replayTo(observer: LogObserver): void {
    // What it logs meanwhile is news, not history.
    const events = [...this.#events.slice(this.#oldest), ...this.#events.slice(0, this.#oldest)];
    for (const event of events) observer(event);
  }

  protected override invoke(event: LogEvent): void {
    if (this.#events.length < this.#size) {
      this.#events.push(event);
    } else if (this.#size > 0) {
      this.#events[this.#oldest] = event;
      this.#oldest = (this.#oldest + 1) % this.#size;
    }
  }
}
