import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";

/** A clock, and a function that schedules a call that writes its name and time down. */
function make(): { clock: Clock; log: string[]; note: (name: string) => () => void } {
  const clock = new Clock();
  const log: string[] = [];
  return { clock, log, note: (name) => () => log.push(`${name} at ${clock.seconds()}`) };
}

test("Clock, begins at 0 and stands still until it is advanced", () => {
  const { clock, log, note } = make();
  assert.deepEqual([clock.seconds(), clock.rightNow], [0, 0]);
  clock.callLater(0, note("now"));
  assert.deepEqual(log, []);
  clock.advance(0);
  assert.deepEqual(log, ["now at 0"]);
});

test("Clock.advance, makes the calls that are due, in the order of their times, and ties in that of scheduling", () => {
  const { clock, log, note } = make();
  clock.callLater(3, note("c"));
  clock.callLater(1, note("a"));
  clock.callLater(2, note("b1"));
  clock.callLater(2, note("b2"));
  clock.advance(2);
  assert.deepEqual(log, ["a at 2", "b1 at 2", "b2 at 2"]);
  assert.equal(clock.getDelayedCalls().length, 1);
  clock.advance(0.5);
  assert.equal(log.length, 3);
  clock.advance(0.5);
  assert.equal(log.at(-1), "c at 3");
});

test("Clock.callLater, in a call, for now, is called in the same advance", () => {
  const { clock, log, note } = make();
  clock.callLater(1, () => {
    note("outer")();
    clock.callLater(0, note("inner"));
  });
  clock.callLater(1, note("beside"));
  clock.advance(1);
  assert.deepEqual(log, ["outer at 1", "beside at 1", "inner at 1"]);
});

test("Clock.callLater, passes arguments", () => {
  const clock = new Clock();
  const got: unknown[] = [];
  clock.callLater(1, (a: number, b: string) => got.push(a, b), 1, "two");
  clock.advance(1);
  assert.deepEqual(got, [1, "two"]);
});

test("Clock.advance, throws what a call throws, and goes on behind it the next time", () => {
  const { clock, log, note } = make();
  clock.callLater(1, () => {
    throw new RangeError("broken");
  });
  clock.callLater(1, note("next"));
  assert.throws(() => clock.advance(1), RangeError);
  assert.deepEqual(log, []);
  clock.advance(0);
  assert.deepEqual(log, ["next at 1"]);
});

test("Clock.advance, inside a call, is like one after the other", () => {
  const { clock, log, note } = make();
  clock.callLater(1, () => {
    note("first")();
    clock.advance(1);
    note("after")();
  });
  clock.callLater(2, note("second"));
  clock.advance(1);
  assert.deepEqual(log, ["first at 1", "second at 2", "after at 2"]);
});

test("Clock.pump, advances by each of its numbers", () => {
  const { clock, log, note } = make();
  for (const delay of [1, 2, 3]) clock.callLater(delay, note(String(delay)));
  clock.pump([1, 1, 0.5, 0.5]);
  assert.deepEqual(log, ["1 at 1", "2 at 2", "3 at 3"]);
});

test("Clock, refuses what is no time and what is no function, and schedules nothing", () => {
  const clock = new Clock();
  for (const delay of [-1, -0.001, Number.NaN]) assert.throws(() => clock.callLater(delay, () => {}), RangeError);
  for (const delay of ["1", null, undefined, {}])
    assert.throws(() => clock.callLater(delay as never, () => {}), TypeError);
  assert.throws(() => clock.callLater(1, null as never), TypeError);
  assert.throws(() => clock.advance(Number.NaN), RangeError);
  assert.throws(() => clock.advance(Infinity), RangeError);
  assert.throws(() => clock.advance("1" as never), { name: "TypeError", message: /^Cannot advance the clock by '1'/ });
  assert.deepEqual([clock.getDelayedCalls().length, clock.seconds()], [0, 0]);
});

test("Clock.callLater, with a delay of Infinity, never calls, and can be moved", () => {
  const { clock, log, note } = make();
  const call = clock.callLater(Infinity, note("late"));
  clock.advance(1e15);
  assert.deepEqual([log.length, call.active()], [0, true]);
  call.reset(1);
  clock.advance(1);
  assert.equal(log.length, 1);
});

test("Clock.rightNow, can be set; the calls are made by the next advance", () => {
  const { clock, log, note } = make();
  clock.callLater(5, note("call"));
  clock.rightNow = 10;
  assert.deepEqual(log, []);
  clock.advance(0);
  assert.deepEqual(log, ["call at 10"]);
});
