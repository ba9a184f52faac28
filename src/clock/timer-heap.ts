/**
 * A heap of entries: the first of them, in the order of time and then of `order`, is always at hand.
 *
 * Four children per node: half the levels of a binary heap, and the keys of the four lie side by side in an array of numbers.
 */

const SMALLEST_CAPACITY = 64;

export class TimerHeap<T> {
  readonly #timers: T[] = [];
  #times = new Float64Array(SMALLEST_CAPACITY);
  #orders = new Float64Array(SMALLEST_CAPACITY);

  get size(): number {
    return this.#timers.length;
  }

  /** The first entry, if there is one: its timer, time and order. */
  get firstTimer(): T {
    return this.#timers[0]!;
  }

  get firstTime(): number {
    return this.#times[0]!;
  }

  get firstOrder(): number {
    return this.#orders[0]!;
  }

  add(time: number, order: number, timer: T): void {
    let hole = this.#timers.length;
    if (hole === this.#times.length) this.#resize(hole * 2);
    this.#timers.push(timer);
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      if (!this.#isBefore(time, order, parent)) break;
      this.#set(hole, this.#times[parent]!, this.#orders[parent]!, this.#timers[parent]!);
      hole = parent;
    }
    this.#set(hole, time, order, timer);
  }

  removeFirst(): void {
    const timer = this.#timers.pop()!;
    const size = this.#timers.length;
    if (size > 0) this.#sink(this.#times[size]!, this.#orders[size]!, timer);
    const capacity = this.#times.length;
    if (capacity > SMALLEST_CAPACITY && size < capacity >> 3) this.#resize(capacity >> 1);
  }

  /** Visits all entries, in no order. */
  forEach(visit: (time: number, order: number, timer: T) => void): void {
    for (const [place, timer] of this.#timers.entries()) visit(this.#times[place]!, this.#orders[place]!, timer);
  }

  /** Fills the hole at the root, and at last puts the entry where it belongs. */
  #sink(time: number, order: number, timer: T): void {
    const size = this.#timers.length;
    let hole = 0;
    for (;;) {
      const firstChild = hole * 4 + 1;
      if (firstChild >= size) break;
      const end = Math.min(firstChild + 4, size);
      let smallest = firstChild;
      for (let child = firstChild + 1; child < end; child++) {
        if (this.#isBefore(this.#times[child]!, this.#orders[child]!, smallest)) smallest = child;
      }
      if (this.#isBefore(time, order, smallest)) break;
      this.#set(hole, this.#times[smallest]!, this.#orders[smallest]!, this.#timers[smallest]!);
      hole = smallest;
    }
    this.#set(hole, time, order, timer);
  }

  #set(place: number, time: number, order: number, timer: T): void {
    this.#times[place] = time;
    this.#orders[place] = order;
    this.#timers[place] = timer;
  }

  /** Whether an entry of this time and order goes before the one at `place`. */
  #isBefore(time: number, order: number, place: number): boolean {
    const other = this.#times[place]!;
    return time < other || (time === other && order < this.#orders[place]!);
  }

  #resize(capacity: number): void {
    const times = new Float64Array(capacity);
    const orders = new Float64Array(capacity);
    times.set(this.#times.subarray(0, this.#timers.length));
    orders.set(this.#orders.subarray(0, this.#timers.length));
    this.#times = times;
    this.#orders = orders;
  }
}
