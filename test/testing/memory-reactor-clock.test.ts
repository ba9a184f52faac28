import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";

test("MemoryReactorClock, is a memory reactor with time", () => {
  const reactor = new MemoryReactorClock();
  const calls: unknown[] = [];
  const call = reactor.callLater(2, (...args: unknown[]) => calls.push(...args), "a", "b");
  reactor.callLater(1, () => calls.push(reactor.seconds()));
  assert.deepEqual(reactor.getDelayedCalls().length, 2);
  reactor.advance(1);
  assert.deepEqual(calls, [1]);
  assert.deepEqual(reactor.getDelayedCalls(), [call]);
  reactor.pump([0.5, 0.5]);
  assert.deepEqual(calls, [1, "a", "b"]);
  assert.equal(reactor.seconds(), 2);
  assert.ok(reactor instanceof MemoryReactor);
  assert.equal((reactor satisfies Reactor).kind, "memory");
});

test("rightNow, is the time and can be set", () => {
  const reactor = new MemoryReactorClock();
  assert.equal(reactor.rightNow, 0);
  reactor.rightNow = 100;
  assert.equal(reactor.seconds(), 100);
  reactor.advance(1);
  assert.equal(reactor.rightNow, 101);
});

test("iterate, lets time pass", async () => {
  const reactor = new MemoryReactorClock();
  const calls: string[] = [];
  reactor.callLater(0, () => calls.push("now"));
  reactor.callLater(1, () => calls.push("later"));
  await reactor.iterate();
  assert.deepEqual(calls, ["now"]);
  await reactor.iterate(1);
  assert.deepEqual(calls, ["now", "later"]);
});

test("iterate, rejects where time cannot pass", async () => {
  await assert.rejects(new MemoryReactorClock().iterate(NaN), RangeError);
});

test("callFromThread, is recorded, and called with the next look at the time", () => {
  const reactor = new MemoryReactorClock();
  const calls: number[] = [];
  reactor.callFromThread((n: number) => calls.push(n), 1);
  assert.equal(reactor.callsFromThread.length, 1);
  assert.deepEqual(calls, []);
  reactor.advance(0);
  assert.deepEqual(calls, [1]);
});
