/** A first-in-first-out list whose `shift` does not move the others: the front is an index, and the gap is cut off now and then. */

const SMALLEST_GAP = 32;

export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #front = 0;

  get length(): number {
    return this.#items.length - this.#front;
  }

  /** The oldest item, which stays; `undefined` where there is none. */
  first(): T | undefined {
    return this.#items[this.#front];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the oldest item; to be called only where there is one. */
  shift(): T {
    const item = this.#items[this.#front] as T;
    this.#items[this.#front++] = undefined;
    if (this.#front > SMALLEST_GAP && this.#front * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#front);
      this.#front = 0;
    }
    return item;
  }
}
