import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventQueue } from "../../src/sim/event-queue.ts";
import type { SimulatedCall } from "../../src/sim/event-queue.ts";

/** Takes out everything; answers what was called, with its time. */
function drain(queue: EventQueue, calls: string[]): string[] {
  for (let time = queue.nextTime(); time !== Infinity; time = queue.nextTime()) {
    calls.push(`at ${time}`);
    queue.take()();
  }
  return calls;
}

test("EventQueue, is in order of time, and of adding where that is the same", () => {
  const queue = new EventQueue();
  const calls: string[] = [];
  for (const [time, name] of [
    [5, "a"],
    [1, "b"],
    [5, "c"],
    [3, "d"],
    [1, "e"],
  ] as const)
    queue.add(time, () => calls.push(name));
  assert.equal(queue.size, 5);
  assert.deepEqual(drain(queue, calls), ["at 1", "b", "at 1", "e", "at 3", "d", "at 5", "a", "at 5", "c"]);
  assert.equal(queue.size, 0);
});

test("EventQueue, cancel, takes a call out, once", () => {
  const queue = new EventQueue();
  const calls: string[] = [];
  const first = queue.add(1, () => calls.push("first"));
  const second = queue.add(2, () => calls.push("second"));
  queue.cancel(first);
  queue.cancel(first);
  assert.equal(queue.size, 1);
  assert.equal(queue.nextTime(), 2);
  queue.take()();
  queue.cancel(second);
  assert.deepEqual([calls, queue.size, queue.nextTime()], [["second"], 0, Infinity]);
});

test("EventQueue, agrees with a sorted list, whatever is added and cancelled", () => {
  const step = fc.oneof(fc.record({ add: fc.nat(20) }), fc.record({ cancel: fc.nat() }), fc.constant("take" as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const queue = new EventQueue();
      const model: { time: number; id: number; call: SimulatedCall }[] = [];
      let taken = -1;
      for (const [id, what] of steps.entries()) {
        if (what === "take") {
          model.sort((a, b) => a.time - b.time || a.id - b.id);
          const next = model.shift();
          assert.equal(queue.nextTime(), next?.time ?? Infinity);
          if (next === undefined) continue;
          queue.take()();
          assert.equal(taken, next.id);
        } else if ("add" in what) {
          model.push({ time: what.add, id, call: queue.add(what.add, () => (taken = id)) });
        } else if (model.length > 0) {
          const [gone] = model.splice(what.cancel % model.length, 1);
          queue.cancel(gone!.call);
        }
        assert.equal(queue.size, model.length);
      }
    }),
  );
});

test("EventQueue, does not keep what was cancelled", () => {
  const queue = new EventQueue();
  let collected = 0;
  for (let n = 0; n < 100_000; n++) queue.cancel(queue.add(n, () => collected++));
  assert.equal(queue.size, 0);
  queue.add(1, () => (collected = -1));
  queue.nextTime();
  queue.take()();
  assert.equal(collected, -1);
});
