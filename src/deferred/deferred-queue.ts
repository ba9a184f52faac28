/** A queue for event-driven code: `get` answers a Deferred for what somebody will `put`. */
import { Deferred } from "./deferred.ts";
import { QueueOverflow, QueueUnderflow } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import { succeed } from "./maybe-deferred.ts";

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
  /** A set, so that one who is cancelled leaves the line at once. */
  readonly #waiting: Set<Deferred<T>> = new Set();

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
    return this.#waiting.size;
  }

  /** Adds an object, or gives it to the one who has waited longest. Throws `QueueOverflow` where the queue is full. */
  put(object: T): void {
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
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
    if (this.#waiting.size >= this.#backlog) {
      throw new QueueUnderflow(`Cannot get from the queue: ${this.#backlog} wait for an object, expected fewer`);
    }
    const object = new Deferred<T>((deferred) => void this.#waiting.delete(deferred));
    this.#waiting.add(object);
    return object;
  }
}

function limit(name: string, value: number | undefined): number {
  if (value === undefined) return Infinity;
  if (typeof value === "number" && value >= 0) return value;
  throw new RangeError(`Cannot make a queue with ${name} ${String(value)}: expected a number, 0 or more`);
}
