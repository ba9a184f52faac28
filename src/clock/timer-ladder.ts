/**
 * The priority queue below the timer queue: cheap where timers are many, exact in the order in which it gives them.
 *
 * Taking the first of a million timers from a heap costs ten cache misses. Most timers, though, lie far ahead, and many are
 * cancelled before anybody needs to know their place. So only the next few are in a heap. The others stand in *rungs*: a rung is a row
 * of buckets for equal spans of time, a bucket a list in no order. What is later than all that the first rung was made of
 * is in one more list, `LATER`. When the heap is empty the next bucket falls into it, or, if it is large, is spread over a new, finer
 * rung. (Known as a ladder queue: Tang, Goh and Thng 2005.) A timer moves a few times in its life, whatever the scale of the times.
 *
 * What is in here are entries. A timer that is cancelled, or moved to a sooner time, is given another `order`, and its entry becomes stale:
 * it is dropped when it is met, and all are swept out when they are more than the others. A timer that is put off keeps its entry,
 * and gets one at the later place when this one comes to the front: a server puts off most of its timers many times before that.
 *
 * Loops that may run very long before they end for the first time stand in methods of their own, with nothing behind the loop that V8
 * could not have seen yet: else it compiles that part as never reached, and has to give the code up again and again.
 *
 * Floating point is no danger to the order: `bucketOf` never decreases when time increases, and entries that are not in the
 * heap are compared through that function alone.
 */
import { TimerHeap } from "./timer-heap.ts";
import { NO_CELL, TimerLists } from "./timer-lists.ts";

/** What can be in the ladder. */
export interface Timer {
  /** The time and the order under which the timer was put there. An entry with another order is stale: none is used twice. */
  readonly time: number;
  readonly order: number;
  /** Whether the timer was put off since: it belongs to a later place than the one under which it stands. */
  readonly isPutOff: boolean;
  /** Makes the later place the one under which it stands. */
  catchUp(): void;
}

/** A bucket with more entries than this is spread over a finer rung before it falls into the heap. */
const LARGE_BUCKET = 128;
/** The heap is spread over a rung when so many came in that were sooner than all buckets. */
const LARGE_HEAP = 1024;
/** Buckets of a new rung get about as many entries as this, */
const WANTED_IN_BUCKET = 16;
/** but there are no more buckets than this. */
const MOST_BUCKETS = 1024;
/** Rungs below each other; times so uneven that they would need more are left to the heap. */
const MOST_RUNGS = 8;
/** Fewer stale entries than this are not worth a sweep. */
const FEW_STALE = 64;

/** Lists that are no buckets. */
const LATER = 0;
/** Timers at the time `Infinity`: they can be cancelled and moved, but do not come. */
const NEVER = 1;
/** What was in the heap, on its way to a rung. */
const SURPLUS = 2;
const FIRST_BUCKET = 3;

/** A row of buckets for spans of time of the same length. */
interface Rung {
  readonly start: number;
  /** Buckets per second. */
  readonly density: number;
  /** The buckets are the lists from this one on. */
  readonly list: number;
  readonly count: number;
  /** The buckets before this one have been taken: their times belong to finer rungs or to the heap. */
  next: number;
}

export class TimerLadder<T extends Timer> {
  /** What is sooner than every bucket. */
  #heap = new TimerHeap<T>();
  #lists = new TimerLists<T>(FIRST_BUCKET);
  /** The finest, and so the soonest, comes last. */
  #rungs: Rung[] = [];
  /** Times later than this are in `LATER`. */
  #horizon = -Infinity;
  #largeHeap = LARGE_HEAP;
  #size = 0;
  #stale = 0;

  /** How many entries are not stale. */
  get size(): number {
    return this.#size;
  }

  /** Adds a timer, under its time and order. */
  add(timer: T): void {
    this.#size++;
    this.#place(timer.time, timer.order, timer);
  }

  /** Notes that the order of a timer that is in the ladder has changed: its entry is stale now. */
  noteStale(): void {
    this.#size--;
    this.#stale++;
    if (this.#stale > FEW_STALE && this.#stale > this.#size) this.#sweep();
  }

  /** The time of the first timer; `Infinity` where none will ever come. */
  nextTime(): number {
    return this.#findFirst() ? this.#heap.firstTime : Infinity;
  }

  /** Takes out the first timer, if its time is `now` or sooner and its order `lastOrder` or less. */
  takeDue(now: number, lastOrder: number): T | undefined {
    if (!this.#findFirst()) return undefined;
    const heap = this.#heap;
    if (heap.firstTime > now || heap.firstOrder > lastOrder) return undefined;
    const timer = heap.firstTimer;
    heap.removeFirst();
    this.#size--;
    return timer;
  }

  /** All timers, in no order. */
  timers(): T[] {
    const timers: T[] = [];
    forEachLive(this.#heap, this.#lists, (_time, _order, timer) => timers.push(timer));
    return timers;
  }

  #place(time: number, order: number, timer: T): void {
    if (time > this.#horizon) {
      this.#lists.add(time === Infinity ? NEVER : LATER, time, order, timer);
      return;
    }
    for (const rung of this.#rungs) {
      const bucket = bucketOf(rung, time);
      if (bucket >= rung.next) {
        this.#lists.add(rung.list + Math.min(bucket, rung.count - 1), time, order, timer);
        return;
      }
    }
    this.#heap.add(time, order, timer);
    if (this.#heap.size > this.#largeHeap) {
      const heap = this.#heap;
      this.#heap = new TimerHeap<T>();
      heap.forEach((t, o, surplus) => this.#lists.add(SURPLUS, t, o, surplus));
      this.#bringIn(SURPLUS);
    }
  }

  /** Sees to it that the first entry of the heap is that of the first timer; answers whether there is one. */
  #findFirst(): boolean {
    for (;;) {
      const heap = this.#heap;
      if (heap.size === 0) {
        if (!this.#bringInNext()) return false;
        continue;
      }
      const timer = heap.firstTimer;
      const isStale = timer.order !== heap.firstOrder;
      if (!isStale && !timer.isPutOff) return true;
      heap.removeFirst();
      if (isStale) {
        this.#stale--;
      } else {
        timer.catchUp();
        this.#place(timer.time, timer.order, timer);
      }
    }
  }

  /** Brings in the next bucket, while the heap is empty; answers whether there was one. */
  #bringInNext(): boolean {
    if (this.#lists.isWasteful()) this.#sweep();
    let rung = this.#rungs.at(-1);
    while (rung !== undefined) {
      const list = rung.list + rung.next++;
      // Before a finer rung is put below it: one that has nothing to give must not count as one of `MOST_RUNGS`.
      if (rung.next === rung.count) this.#rungs.pop();
      if (this.#lists.lastCell(list) !== NO_CELL) {
        this.#bringIn(list);
        return true;
      }
      rung = this.#rungs.at(-1);
    }
    if (this.#lists.lastCell(LATER) === NO_CELL) return false;
    this.#bringIn(LATER);
    return true;
  }

  /** Brings in a list whose entries are sooner than every bucket, while the heap is empty. */
  #bringIn(list: number): void {
    const count = this.#lists.countOf(list);
    const start = this.#lists.earliestOf(list);
    const end = this.#lists.latestOf(list);
    if (end > this.#horizon) this.#horizon = end;
    if (count > LARGE_BUCKET && this.#rungs.length < MOST_RUNGS) {
      const rung = this.#makeRung(count, start, end);
      if (rung !== undefined) {
        this.#spread(list, rung);
        return;
      }
    }
    this.#stale -= this.#countStale(list);
    this.#dropIntoHeap(list);
    // What could not be spread is not to be tried again until it has doubled.
    this.#largeHeap = Math.max(LARGE_HEAP, count * 2);
  }

  #dropIntoHeap(list: number): void {
    const { times, orders, timers } = this.#lists;
    for (let cell = this.#lists.detach(list); cell !== NO_CELL; cell = this.#lists.release(cell)) {
      const timer = timers[cell]!;
      const order = orders[cell]!;
      if (timer.order === order) this.#heap.add(times[cell]!, order, timer);
    }
  }

  /**
   * Only the timer knows whether an entry is stale, and if there are many it is in no cache. A loop that does nothing but look at them
   * makes the processor fetch many at once. `#dropIntoHeap`, and soon whoever runs them, find them there.
   */
  #countStale(list: number): number {
    const { orders, timers } = this.#lists;
    let stale = 0;
    for (let cell = this.#lists.lastCell(list); cell !== NO_CELL; cell = this.#lists.cellBefore(cell)) {
      if (timers[cell]!.order !== orders[cell]!) stale++;
    }
    return stale;
  }

  /** A rung for `entries` times from `start` to `end`; none if that is one moment, or too long for a floating-point number. */
  #makeRung(entries: number, start: number, end: number): Rung | undefined {
    const count = Math.min(Math.ceil(entries / WANTED_IN_BUCKET), MOST_BUCKETS);
    const density = count / (end - start);
    if (density === 0 || density === Infinity) return undefined;
    const above = this.#rungs.at(-1);
    const list = above === undefined ? FIRST_BUCKET : above.list + above.count;
    this.#lists.ensure(list + count);
    const rung = { start, density, list, count, next: 0 };
    this.#rungs.push(rung);
    return rung;
  }

  #spread(list: number, rung: Rung): void {
    const lists = this.#lists;
    let cell = lists.detach(list);
    while (cell !== NO_CELL) {
      const time = lists.times[cell]!;
      const order = lists.orders[cell]!;
      const timer = lists.timers[cell]!;
      cell = lists.release(cell);
      lists.add(rung.list + Math.min(bucketOf(rung, time), rung.count - 1), time, order, timer);
    }
  }

  /** Drops what is stale, and gives back memory. */
  #sweep(): void {
    const heap = this.#heap;
    const lists = this.#lists;
    this.#heap = new TimerHeap<T>();
    this.#lists = new TimerLists<T>(FIRST_BUCKET);
    this.#rungs = [];
    this.#horizon = -Infinity;
    this.#largeHeap = LARGE_HEAP;
    this.#stale = 0;
    forEachLive(heap, lists, (time, order, timer) => this.#place(time, order, timer));
  }
}

/** Visits the entries that are not stale. */
function forEachLive<T extends Timer>(
  heap: TimerHeap<T>,
  lists: TimerLists<T>,
  visit: (time: number, order: number, timer: T) => void,
): void {
  heap.forEach((time, order, timer) => {
    if (timer.order === order) visit(time, order, timer);
  });
  lists.forEach((time, order, timer) => {
    if (timer.order === order) visit(time, order, timer);
  });
}

/** The bucket that `time` belongs to; it may be before the first, and beyond the last, which then stands in. */
function bucketOf(rung: Rung, time: number): number {
  return Math.floor((time - rung.start) * rung.density);
}
