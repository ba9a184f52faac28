/**
 * Lists of entries (a timer with the time and the order under which it was put there), in no order, that only grow at the end and
 * are emptied as a whole.
 *
 * All lists share three arrays, of which each takes chunks of a few cells: so thousands of lists leave nothing for the garbage
 * collector. The keys are copied here so that sorting entries into other lists does not touch the timers, which lie scattered
 * over the heap of the runtime: with a million of them, each look at one is a cache miss.
 */

/** Cells in a chunk; a power of two. */
const CHUNK = 16;
const WITHIN_CHUNK = CHUNK - 1;
const SMALLEST_CAPACITY = 4 * CHUNK;

/** What stands for the cell of a list that has none. */
export const NO_CELL = -1;

export class TimerLists<T> {
  times: Float64Array = new Float64Array(SMALLEST_CAPACITY);
  orders: Float64Array = new Float64Array(SMALLEST_CAPACITY);
  timers: (T | undefined)[] = [];
  /** Of each chunk: the last cell of the chunk before it in its list; or, if the chunk is free, the first cell of the next free one. */
  #links: Int32Array = new Int32Array(SMALLEST_CAPACITY / CHUNK);
  #lasts: Int32Array;
  #firstFree = NO_CELL;
  #chunksInUse = 0;

  constructor(count: number) {
    this.#lasts = new Int32Array(count).fill(NO_CELL);
  }

  /** Sees to it that there are as many lists. */
  ensure(count: number): void {
    const had = this.#lasts.length;
    if (count > had) this.#lasts = copyInto(new Int32Array(Math.max(count, had * 2)).fill(NO_CELL), this.#lasts);
  }

  /** Whether the arrays are much larger than what is in the lists. */
  isWasteful(): boolean {
    return this.#links.length > SMALLEST_CAPACITY / CHUNK && this.#chunksInUse < this.#links.length >> 4;
  }

  add(list: number, time: number, order: number, timer: T): void {
    const last = this.#lasts[list]!;
    // NO_CELL, too, is at the end of a chunk in this sense.
    const cell = (last & WITHIN_CHUNK) === WITHIN_CHUNK ? this.#takeChunk(last) : last + 1;
    this.#lasts[list] = cell;
    this.times[cell] = time;
    this.orders[cell] = order;
    this.timers[cell] = timer;
  }

  /** The last cell of a list, from which `cellBefore` leads to all others, until it answers `NO_CELL`. */
  lastCell(list: number): number {
    return this.#lasts[list]!;
  }

  cellBefore(cell: number): number {
    return (cell & WITHIN_CHUNK) === 0 ? this.#links[cell / CHUNK]! : cell - 1;
  }

  /** Visits the entries of all lists. */
  forEach(visit: (time: number, order: number, timer: T) => void): void {
    for (let list = 0; list < this.#lasts.length; list++) {
      for (let cell = this.lastCell(list); cell !== NO_CELL; cell = this.cellBefore(cell)) {
        visit(this.times[cell]!, this.orders[cell]!, this.timers[cell]!);
      }
    }
  }

  countOf(list: number): number {
    let count = 0;
    for (let cell = this.lastCell(list); cell !== NO_CELL; cell = this.cellBefore(cell)) count++;
    return count;
  }

  earliestOf(list: number): number {
    const times = this.times;
    let earliest = Infinity;
    for (let cell = this.lastCell(list); cell !== NO_CELL; cell = this.cellBefore(cell)) {
      if (times[cell]! < earliest) earliest = times[cell]!;
    }
    return earliest;
  }

  latestOf(list: number): number {
    const times = this.times;
    let latest = -Infinity;
    for (let cell = this.lastCell(list); cell !== NO_CELL; cell = this.cellBefore(cell)) {
      if (times[cell]! > latest) latest = times[cell]!;
    }
    return latest;
  }

  /** Makes a list empty and answers its last cell. The cells stay as they are until each has been given to `release`. */
  detach(list: number): number {
    const last = this.#lasts[list]!;
    this.#lasts[list] = NO_CELL;
    return last;
  }

  /** Lets go of the timer in a cell, whose chunk is used again when its first cell is released. Answers the cell before. */
  release(cell: number): number {
    this.timers[cell] = undefined;
    if ((cell & WITHIN_CHUNK) !== 0) return cell - 1;
    const before = this.#links[cell / CHUNK]!;
    this.#links[cell / CHUNK] = this.#firstFree;
    this.#firstFree = cell;
    this.#chunksInUse--;
    return before;
  }

  /** The first cell of a chunk that comes after `last`. */
  #takeChunk(last: number): number {
    this.#chunksInUse++;
    let chunk = this.#firstFree;
    if (chunk === NO_CELL) {
      chunk = this.timers.length;
      if (chunk === this.times.length) this.#grow();
      for (let i = 0; i < CHUNK; i++) this.timers.push(undefined);
    } else {
      this.#firstFree = this.#links[chunk / CHUNK]!;
    }
    this.#links[chunk / CHUNK] = last;
    return chunk;
  }

  #grow(): void {
    this.times = copyInto(new Float64Array(this.times.length * 2), this.times);
    this.orders = copyInto(new Float64Array(this.orders.length * 2), this.orders);
    this.#links = copyInto(new Int32Array(this.#links.length * 2), this.#links);
  }
}

function copyInto<A extends Float64Array | Int32Array>(target: A, source: A): A {
  target.set(source);
  return target;
}
