import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { StreamTimer } from "../../src/streams/stream-timer.ts";
import { until } from "../conformance/running.ts";

test("StreamTimer, of a clock, calls once, and again when it is refreshed", () => {
  const clock = new Clock();
  let calls = 0;
  const timer = new StreamTimer(clock, () => calls++);
  timer.refresh();
  clock.advance(10);
  assert.equal(calls, 0);
  timer.start(2);
  clock.advance(1.5);
  timer.refresh();
  clock.advance(1.5);
  assert.equal(calls, 0);
  clock.advance(0.5);
  clock.advance(10);
  assert.equal(calls, 1);
  timer.refresh();
  clock.advance(2);
  assert.equal(calls, 2);
  timer.start(5);
  timer.stop();
  timer.refresh();
  clock.advance(10);
  assert.deepEqual([calls, clock.getDelayedCalls().length], [2, 0]);
});

test("StreamTimer, started twice, waits from the second time alone", () => {
  const clock = new Clock();
  let calls = 0;
  const timer = new StreamTimer(clock, () => calls++);
  timer.start(1);
  timer.start(3);
  clock.advance(2);
  assert.deepEqual([calls, clock.getDelayedCalls().length], [0, 1]);
  clock.advance(1);
  assert.equal(calls, 1);
});

test("StreamTimer, without a clock, is the runtime's", async () => {
  let calls = 0;
  const timer = new StreamTimer(undefined, () => calls++);
  timer.start(0.001);
  await until(() => calls === 1);
  timer.refresh();
  await until(() => calls === 2);
  timer.stop();
});
