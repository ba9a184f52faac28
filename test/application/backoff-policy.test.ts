import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffPolicy } from "../../src/application/backoff-policy.ts";

const none = (): number => 0;

test("backoffPolicy, waits 1.5 seconds first, then half as long again each time, a minute at most", () => {
  const policy = backoffPolicy(undefined, undefined, undefined, none);
  assert.deepEqual([1, 2, 3, 10, 11].map(policy), [1.5, 2.25, 3.375, 57.6650390625, 60]);
});

test("backoffPolicy, adds up to a second at random", () => {
  const policy = backoffPolicy(0, 0);
  const waits = Array.from({ length: 100 }, (_, n) => policy(n));
  assert.ok(waits.every((wait) => wait >= 0 && wait < 1));
  assert.ok(new Set(waits).size > 50);
});

test("backoffPolicy, asks for the jitter each time, and adds it to the longest wait as well", () => {
  let calls = 0;
  const policy = backoffPolicy(1, 4, 2, () => ++calls);
  assert.deepEqual([1, 2, 3].map(policy), [3, 6, 7]);
});

test("backoffPolicy, never waits longer than it may, whatever the numbers", () => {
  assert.equal(backoffPolicy(1, 60, 1e10, none)(1e9), 60);
  assert.equal(backoffPolicy(0, 60, 1e10, none)(1e9), 0);
  assert.equal(backoffPolicy(10, 60, 0.5, none)(2), 2.5);
});

test("backoffPolicy, refuses what is no number of seconds", () => {
  assert.throws(() => backoffPolicy(-1), /Cannot use the initialDelay -1: expected a number of seconds, 0 or more/);
  assert.throws(() => backoffPolicy(1, Number.NaN), RangeError);
  assert.throws(() => backoffPolicy(1, 1, 0), /by the factor 0/);
  assert.throws(() => backoffPolicy(1, 1, 1, 7 as never), TypeError);
});
