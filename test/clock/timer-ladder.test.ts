/** The ladder against a list that is sorted: with times of every scale, stale entries and timers that are put off. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TimerLadder } from "../../src/clock/timer-ladder.ts";
import type { Timer } from "../../src/clock/timer-ladder.ts";

const CANCELLED = -1;

class Item implements Timer {
  time: number;
  order: number;
  isPutOff = false;
  #later = { time: 0, order: 0 };

  constructor(time: number, order: number) {
    this.time = time;
    this.order = order;
  }

  putOff(time: number, order: number): void {
    this.isPutOff = true;
    this.#later = { time, order };
  }

  catchUp(): void {
    this.isPutOff = false;
    this.time = this.#later.time;
    this.order = this.#later.order;
  }

  get place(): { readonly time: number; readonly order: number } {
    return this.isPutOff ? this.#later : this;
  }
}

class Both {
  readonly ladder = new TimerLadder<Item>();
  readonly items: Item[] = [];
  live = new Set<Item>();
  #order = 0;

  add(time: number): void {
    const item = new Item(time, ++this.#order);
    this.items.push(item);
    this.live.add(item);
    this.ladder.add(item);
  }

  cancel(which: number): void {
    const item = this.items[which % Math.max(this.items.length, 1)];
    if (item === undefined || !this.live.delete(item)) return;
    item.order = CANCELLED;
    item.isPutOff = false;
    this.ladder.noteStale();
  }

  putOff(which: number, seconds: number): void {
    const item = this.items[which % Math.max(this.items.length, 1)];
    if (item === undefined || !this.live.has(item)) return;
    item.putOff(item.place.time + seconds, ++this.#order);
  }

  takeUntil(now: number): void {
    const due = [...this.live].filter(({ place }) => place.time <= now).sort(byPlace);
    const taken: Item[] = [];
    for (let item = this.ladder.takeDue(now, Infinity); item !== undefined; item = this.ladder.takeDue(now, Infinity)) {
      taken.push(item);
      this.live.delete(item);
    }
    assert.deepEqual(taken.map(nameOf), due.map(nameOf));
  }

  check(): void {
    assert.equal(this.ladder.size, this.live.size);
    assert.equal(this.ladder.timers().length, this.live.size);
    const times = [...this.live].map(({ place }) => place.time);
    assert.equal(this.ladder.nextTime(), Math.min(Infinity, ...times));
  }
}

function byPlace(a: Item, b: Item): number {
  return a.place.time - b.place.time || a.place.order - b.place.order;
}

function nameOf({ place }: Item): string {
  return `${place.time}/${place.order}`;
}

// Whole numbers of very different sizes, and ties.
const time = fc.oneof(
  fc.nat(20),
  fc.nat(10_000),
  fc.constantFrom(0, 1e-9, 1e12, Infinity),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const step = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.array(time, { maxLength: 400 }).map((times) => (both: Both) => times.forEach((t) => both.add(t))),
  },
  { weight: 2, arbitrary: fc.nat().map((n) => (both: Both) => both.cancel(n)) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(), fc.nat(50)).map(
      ([n, s]) =>
        (both: Both) =>
          both.putOff(n, s),
    ),
  },
  // Timers at Infinity don't come, whatever the time.
  { weight: 1, arbitrary: time.map((now) => (both: Both) => both.takeUntil(Math.min(now, 1e13))) },
);

test("TimerLadder, gives timers in the order of a sorted list", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const both = new Both();
      for (const apply of steps) {
        apply(both);
        both.check();
      }
      both.takeUntil(1e13);
      both.check();
    }),
    { numRuns: 200 },
  );
});

test("TimerLadder, with thousands of timers in lumps, none and many at one moment, keeps the order", () => {
  const both = new Both();
  for (let n = 0; n < 3000; n++) both.add(100);
  for (let n = 0; n < 3000; n++) both.add(100 + n / 1e9);
  for (let n = 0; n < 3000; n++) both.add(n * n);
  for (let n = 0; n < 20; n++) both.add(2 ** (n * 40));
  for (let n = 0; n < 4000; n += 3) both.cancel(n);
  both.takeUntil(100);
  for (let n = 0; n < 2000; n++) both.add(100.5);
  for (let n = 0; n < 5000; n += 7) both.putOff(n, 1000);
  both.takeUntil(101);
  for (let n = 0; n < 9000; n += 2) both.cancel(n);
  both.check();
  both.takeUntil(Number.MAX_VALUE);
  both.check();
});

test("TimerLadder, with thousands of timers that come in before the first one, keeps the order", () => {
  const both = new Both();
  both.add(1e6);
  both.check();
  for (let n = 0; n < 5000; n++) both.add((n * 7919) % 4999);
  both.takeUntil(100);
  // Now there are buckets, and all these are sooner.
  for (let n = 0; n < 3000; n++) both.add(100 + ((n * 7919) % 2999) / 3000);
  for (let n = 0; n < 8000; n += 5) both.cancel(n);
  both.check();
  both.takeUntil(101);
  both.takeUntil(1e7);
  both.check();
});

test("TimerLadder, with thousands of timers at one moment before the first one, keeps the order", () => {
  const both = new Both();
  both.add(1e6);
  both.check();
  for (let n = 0; n < 5000; n++) both.add(5);
  both.takeUntil(5);
  for (let n = 0; n < 5000; n++) both.add(6 + (n % 2));
  both.takeUntil(1e7);
  both.check();
});

test("TimerLadder, emptied of thousands of timers and filled again, keeps the order", () => {
  const both = new Both();
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 20_000; n++) both.add(round * 1000 + ((n * 7919) % 19_997) / 20);
    // A few of them are left while the room of all is given back.
    for (let now = 0; now <= 1000; now += 40) both.takeUntil(round * 1000 + now);
    both.check();
  }
});

test("TimerLadder.takeDue, leaves what has a later order than asked for, and what is behind it", () => {
  const ladder = new TimerLadder<Item>();
  const [first, second] = [new Item(1, 5), new Item(2, 1)];
  ladder.add(first);
  ladder.add(second);
  assert.equal(ladder.takeDue(3, 4), undefined);
  assert.equal(ladder.takeDue(3, 5), first);
  assert.equal(ladder.takeDue(1, 5), undefined);
  assert.equal(ladder.takeDue(3, 5), second);
  assert.equal(ladder.takeDue(3, 5), undefined);
});
