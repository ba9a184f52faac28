import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TimerHeap } from "../../src/clock/timer-heap.ts";

interface Key {
  readonly time: number;
  readonly order: number;
}

/** Takes everything out, first to last. */
function drain(heap: TimerHeap<string>): (Key & { readonly timer: string })[] {
  const taken = [];
  while (heap.size > 0) {
    taken.push({ time: heap.firstTime, order: heap.firstOrder, timer: heap.firstTimer });
    heap.removeFirst();
  }
  return taken;
}

test("TimerHeap, gives its entries in the order of time, then of order", () => {
  const key = fc.record({ time: fc.integer({ min: 0, max: 20 }), order: fc.integer({ min: -500, max: 500 }) });
  fc.assert(
    fc.property(fc.uniqueArray(key, { selector: ({ order }) => order, maxLength: 300 }), (keys) => {
      const heap = new TimerHeap<string>();
      for (const { time, order } of keys) heap.add(time, order, `${time}/${order}`);
      const sorted = [...keys].sort((a, b) => a.time - b.time || a.order - b.order);
      assert.deepEqual(
        drain(heap),
        sorted.map(({ time, order }) => ({ time, order, timer: `${time}/${order}` })),
      );
    }),
  );
});

test("TimerHeap, grows and shrinks, and is used again", () => {
  const heap = new TimerHeap<string>();
  for (let round = 0; round < 3; round++) {
    for (let n = 5000; n > 0; n--) heap.add(n, n, String(n));
    assert.equal(heap.size, 5000);
    const visited: string[] = [];
    heap.forEach((time, order, timer) => visited.push(`${time} ${order} ${timer}`));
    assert.equal(new Set(visited).size, 5000);
    assert.deepEqual(
      drain(heap).map(({ time }) => time),
      Array.from({ length: 5000 }, (_, i) => i + 1),
    );
  }
});
