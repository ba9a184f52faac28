import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { deferLater } from "../../src/clock/defer-later.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../deferred/results.ts";

test("deferLater, calls the function with its arguments after the delay, and fires with its answer", () => {
  const clock = new Clock();
  const calls: [string, number][] = [];
  const later = deferLater(clock, 2, (a: string, b: number) => calls.push([a, b]), "a", 3);
  clock.advance(1.5);
  assert.deepEqual(calls, []);
  assertNoResult(later);
  clock.advance(0.5);
  assert.deepEqual(calls, [["a", 3]]);
  assert.equal(successResultOf(later), 1);
});

test("deferLater, without a function, fires with undefined", () => {
  const clock = new Clock();
  const later: Deferred<undefined> = deferLater(clock, 2);
  clock.advance(2);
  assert.equal(successResultOf(later), undefined);
});

test("deferLater, of a function that throws, fails with what it throws", () => {
  const clock = new Clock();
  const later = deferLater(clock, 0, () => {
    throw new SyntaxError("no");
  });
  clock.advance(0);
  assert.equal(failureResultOf(later, SyntaxError).message, "no");
});

test("deferLater, of a function that answers a Deferred, waits for it, and cancels it where it is cancelled", () => {
  const clock = new Clock();
  const cancelled: string[] = [];
  const inner = new Deferred<number>(() => cancelled.push("inner"));
  const later = deferLater(clock, 1, () => inner);
  clock.advance(1);
  assertNoResult(later);
  later.cancel();
  assert.deepEqual(cancelled, ["inner"]);
  failureResultOf(later, CancelledError);
});

test("deferLater, cancelled before the delay is over, cancels the call", () => {
  const clock = new Clock();
  const later = deferLater(clock, 1, () => assert.fail("called"));
  assert.equal(clock.getDelayedCalls().length, 1);
  later.cancel();
  assert.deepEqual(clock.getDelayedCalls(), []);
  failureResultOf(later, CancelledError);
  clock.advance(2);
});

test("deferLater, of what is no function or with a delay that is none, throws and schedules nothing", () => {
  const clock = new Clock();
  assert.throws(() => deferLater(clock, 1, "print" as never), TypeError);
  assert.throws(() => deferLater(clock, -1), RangeError);
  assert.throws(() => deferLater(clock, Number.NaN), RangeError);
  assert.throws(() => deferLater(clock, "1" as never), TypeError);
  assert.deepEqual(clock.getDelayedCalls(), []);
});
