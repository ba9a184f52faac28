/** The queue against a list that is sorted, stably, whenever Twisted's Clock would sort it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { schedule } from "../../src/clock/delayed-call.ts";
import type { DelayedCall } from "../../src/clock/delayed-call.ts";
import { TimerQueue } from "../../src/clock/timer-queue.ts";

/** What the list knows of a call. */
interface Entry {
  readonly name: number;
  time: number;
}

/** A queue and a list, told the same. */
class Both {
  now = 0;
  readonly queue = new TimerQueue<DelayedCall>(() => this.now);
  readonly calls: DelayedCall[] = [];
  readonly entries: Entry[] = [];
  list: Entry[] = [];
  readonly made: number[] = [];
  readonly expected: number[] = [];

  add(delay: number): void {
    const name = this.calls.length;
    this.calls.push(schedule(this.queue, delay, () => this.made.push(name), []));
    const entry = { name, time: this.now + delay };
    this.entries.push(entry);
    this.list.push(entry);
    this.#sort();
  }

  cancel(which: number): void {
    const place = this.#placeOf(which);
    if (place < 0) return;
    this.calls[which]!.cancel();
    this.list.splice(place, 1);
  }

  reset(which: number, delay: number): void {
    if (this.#placeOf(which) < 0) return;
    this.calls[which]!.reset(delay);
    this.entries[which]!.time = this.now + delay;
  }

  delay(which: number, seconds: number): void {
    if (this.#placeOf(which) < 0) return;
    this.calls[which]!.delay(seconds);
    this.entries[which]!.time += seconds;
  }

  advance(seconds: number): void {
    this.now += seconds;
    for (let call = this.queue.takeDue(this.now); call !== undefined; call = this.queue.takeDue(this.now)) call.run();
    this.#sort();
    while (this.list.length > 0 && this.list[0]!.time <= this.now) this.expected.push(this.list.shift()!.name);
  }

  check(): void {
    assert.deepEqual(this.made, this.expected);
    assert.equal(this.queue.size, this.list.length);
    assert.equal(this.queue.nextTime(), Math.min(Infinity, ...this.list.map(({ time }) => time)));
    assert.equal(this.queue.calls().length, this.list.length);
  }

  #placeOf(which: number): number {
    return this.list.findIndex(({ name }) => name === which);
  }

  #sort(): void {
    this.list = this.list
      .map((entry, index) => ({ entry, index }))
      .sort((a, b) => a.entry.time - b.entry.time || a.index - b.index)
      .map(({ entry }) => entry);
  }
}

const which = fc.nat(60);
// Few different times, so that there are many ties; whole numbers, so that sums are exact.
const seconds = fc.integer({ min: 0, max: 12 });
const step = fc.oneof(
  { weight: 4, arbitrary: seconds.map((delay) => (both: Both) => both.add(delay)) },
  { weight: 1, arbitrary: which.map((n) => (both: Both) => both.cancel(n)) },
  {
    weight: 2,
    arbitrary: fc.tuple(which, seconds).map(
      ([n, s]) =>
        (both: Both) =>
          both.reset(n, s),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(which, fc.integer({ min: -6, max: 6 })).map(
      ([n, s]) =>
        (both: Both) =>
          both.delay(n, s),
    ),
  },
  { weight: 2, arbitrary: fc.nat(5).map((s) => (both: Both) => both.advance(s)) },
);

test("TimerQueue, gives calls in the order of a list that is sorted stably, whatever is moved and cancelled", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const both = new Both();
      for (const apply of steps) apply(both);
      both.check();
      both.advance(100);
      both.check();
    }),
    { numRuns: 400 },
  );
});

test("TimerQueue, with many calls at random times, gives all of them in order", () => {
  const queue = new TimerQueue<DelayedCall>(() => 0);
  const random = lcg(7);
  const count = 200_000;
  const times: number[] = [];
  const made: number[] = [];
  for (let n = 0; n < count; n++) {
    const time = Math.floor(random() * 1e6) / 1e3;
    times.push(time);
    const call = schedule(queue, time, () => made.push(time), []);
    if (n % 3 === 0) {
      call.cancel();
      times.pop();
    }
  }
  assert.equal(queue.size, times.length);
  for (let call = queue.takeDue(Infinity); call !== undefined; call = queue.takeDue(Infinity)) call.run();
  assert.deepEqual(
    made,
    times.sort((a, b) => a - b),
  );
  assert.equal(queue.nextTime(), Infinity);
});

test("TimerQueue, of a million calls that are all cancelled, holds nothing any more", () => {
  const queue = new TimerQueue<DelayedCall>(() => 0);
  const random = lcg(11);
  const pending: DelayedCall[] = [];
  for (let n = 0; n < 1_000_000; n++) pending.push(schedule(queue, random() * 1000, () => {}, []));
  assert.equal(queue.size, 1_000_000);
  for (const call of pending) call.cancel();
  assert.equal(queue.size, 0);
  assert.deepEqual(queue.calls(), []);
  assert.equal(queue.nextTime(), Infinity);
});

test("TimerQueue.drawLine, keeps what is added or moved sooner afterwards for the next turn", () => {
  const queue = new TimerQueue<DelayedCall>(() => 0);
  const made: string[] = [];
  schedule(queue, 0, () => made.push("first"), []);
  const later = schedule(queue, 50, () => made.push("moved"), []);
  const line = queue.drawLine();
  schedule(queue, 0, () => made.push("added"), []);
  later.reset(0);
  for (let call = queue.takeDue(1, line); call !== undefined; call = queue.takeDue(1, line)) call.run();
  assert.deepEqual(made, ["first"]);
  for (let call = queue.takeDue(1); call !== undefined; call = queue.takeDue(1)) call.run();
  assert.deepEqual(made.sort(), ["added", "first", "moved"]);
});

test("TimerQueue, lets go of what cancelled calls would have called", async () => {
  const queue = new TimerQueue<DelayedCall>(() => 0);
  const kept = new WeakRef({ payload: "x".repeat(1000) });
  schedule(queue, 1, (payload: unknown) => payload, [kept.deref()]).cancel();
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  for (let round = 0; round < 5 && kept.deref() !== undefined; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  assert.equal(kept.deref(), undefined);
  assert.equal(queue.size, 0);
});

/** Numbers from 0 to 1 that look random and are the same each time. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
