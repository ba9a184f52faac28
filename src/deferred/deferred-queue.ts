/** A queue for event-driven code: `get` answers a Deferred for what somebody will `put`. */
import { inspect } from "node:util";
import type { Deferred } from "./deferred.ts";
import { QueueOverflow, QueueUnderflow } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import { succeed } from "./maybe-deferred.ts";
import { isThenable } from "./thenable.ts";
import { WaitingLine } from "./waiting-line.ts";

/** The limits of a `DeferredQueue`; there is none that is not given. */
export interface DeferredQueueOptions {
  /** How many objects may be in the queue. */
  readonly size?: number;
  /** How many may wait for an object. */
  readonly backlog?: number;
}

/**
 * First in, first out, on both sides.
 *
 * @example
 * const queue = new DeferredQueue<string>({ size: 10 });
 * queue.get().addCallback((line) => assert.equal(line, "hello"));
 * queue.put("hello");
 */
export class DeferredQueue<T> {
  readonly #size: number;
  readonly #backlog: number;
  readonly #pending: Fifo<T> = new Fifo();
  readonly #waiting: WaitingLine<T> = new WaitingLine();

  constructor(options: DeferredQueueOptions = {}) {
    this.#size = limit("size", options.size);
    this.#backlog = limit("backlog", options.backlog);
  }

  /** How many objects are in the queue. */
  get pending(): number {
    return this.#pending.length;
  }

  /** How many wait for an object. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Adds an object, or gives it to the one who has waited longest. Throws `QueueOverflow` where the queue is full. */
  put(object: T): void {
    if (isThenable(object)) {
      throw new TypeError(
        "Cannot put a Deferred or a promise into the queue: expected a plain object; put what it gives, when it is there",
      );
    }
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next.callback(object);
    } else if (this.#pending.length < this.#size) {
      this.#pending.push(object);
    } else {
      throw new QueueOverflow(`Cannot put into the queue: it holds ${this.#size} objects, expected fewer`);
    }
  }

  /** A Deferred for the oldest object. Throws `QueueUnderflow` where too many wait already. Cancelling it leaves the line. */
  get(): Deferred<T> {
    if (this.#pending.length > 0) return succeed(this.#pending.shift());
    if (this.#waiting.length >= this.#backlog) {
      throw new QueueUnderflow(`Cannot get from the queue: ${this.#backlog} wait for an object, expected fewer`);
    }
    return this.#waiting.join();
  }
}

function limit(name: string, value: number | undefined): number {
  if (value === undefined) return Infinity;
  const message = `Cannot make a queue with ${name} ${inspect(value, { depth: 0 })}: expected a number, 0 or more`;
  if (typeof value !== "number") throw new TypeError(message);
  if (Number.isNaN(value) || value < 0) throw new RangeError(message);
  return value;
}
