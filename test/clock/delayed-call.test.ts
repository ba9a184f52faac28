import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { inspect } from "node:util";
import { Clock } from "../../src/clock/clock.ts";
import { DelayedCall } from "../../src/clock/delayed-call.ts";
import { AlreadyCalled, AlreadyCancelled } from "../../src/clock/errors.ts";

afterEach(() => {
  DelayedCall.debug = false;
});

function knock(): void {}

test("DelayedCall, is active until it is called or cancelled, and keeps its time", () => {
  const clock = new Clock();
  const called = clock.callLater(5, knock);
  const cancelled = clock.callLater(6, knock);
  assert.deepEqual([called.getTime(), called.active(), cancelled.active()], [5, true, true]);
  cancelled.cancel();
  clock.advance(5);
  assert.deepEqual([called.active(), cancelled.active()], [false, false]);
  assert.deepEqual([called.getTime(), cancelled.getTime()], [5, 6]);
  assert.equal(clock.getDelayedCalls().length, 0);
});

test("DelayedCall, that was called or cancelled, says so to whoever asks for more", () => {
  const clock = new Clock();
  const called = clock.callLater(0, knock);
  const cancelled = clock.callLater(0, knock);
  cancelled.cancel();
  clock.advance(0);
  for (const [call, ErrorClass, word] of [
    [called, AlreadyCalled, "called"],
    [cancelled, AlreadyCancelled, "cancelled"],
  ] as const) {
    assert.throws(() => call.cancel(), { constructor: ErrorClass, message: new RegExp(`it has been ${word}`) });
    assert.throws(() => call.delay(1), ErrorClass);
    assert.throws(() => call.reset(1), ErrorClass);
  }
});

test("DelayedCall.cancel, inside the call itself, comes too late; of another due one, in time", () => {
  const clock = new Clock();
  const log: string[] = [];
  const first = clock.callLater(1, () => {
    log.push("first");
    assert.throws(() => first.cancel(), AlreadyCalled);
    second.cancel();
  });
  const second = clock.callLater(1, () => log.push("second"));
  clock.advance(1);
  assert.deepEqual(log, ["first"]);
});

test("DelayedCall.reset, counts from now, sooner and later", () => {
  const clock = new Clock();
  const times: number[] = [];
  const sooner = clock.callLater(10, () => times.push(clock.seconds()));
  const later = clock.callLater(2, () => times.push(clock.seconds()));
  clock.advance(1);
  sooner.reset(2);
  later.reset(5);
  assert.deepEqual([sooner.getTime(), later.getTime()], [3, 6]);
  clock.pump([1, 1, 1, 1, 1]);
  assert.deepEqual(times, [3, 6]);
});

test("DelayedCall.delay, counts from where the call stands, and takes negative seconds", () => {
  const clock = new Clock();
  const times: number[] = [];
  const call = clock.callLater(5, () => times.push(clock.seconds()));
  call.delay(3);
  assert.equal(call.getTime(), 8);
  call.delay(-6);
  assert.equal(call.getTime(), 2);
  clock.pump([1, 1, 1]);
  assert.deepEqual(times, [2]);
});

test("DelayedCall, put off a hundred times before it is due, is called once, at the last time", () => {
  const clock = new Clock();
  const times: number[] = [];
  const call = clock.callLater(2, () => times.push(clock.seconds()));
  for (let i = 0; i < 100; i++) {
    clock.advance(1);
    call.reset(2);
  }
  assert.deepEqual(times, []);
  clock.advance(2);
  assert.deepEqual(times, [102]);
});

test("DelayedCall, refuses times that are none, and stays where it is", () => {
  const call = new Clock().callLater(5, knock);
  assert.throws(() => call.delay(Number.NaN), RangeError);
  assert.throws(() => call.reset(Number.NaN), RangeError);
  assert.throws(() => call.delay("1" as never), TypeError);
  assert.throws(() => call.reset(undefined as never), TypeError);
  assert.deepEqual([call.getTime(), call.active()], [5, true]);
});

test("DelayedCall, shows its function, its time and its state", () => {
  const clock = new Clock();
  const call = clock.callLater(5, knock);
  assert.match(inspect(call), /DelayedCall.*knock.*5/);
  const pending = inspect(call);
  call.cancel();
  assert.notEqual(inspect(call), pending);
  assert.match(inspect(call), /cancelled/);
});

test("DelayedCall, shows that it was called, and a function without a name", () => {
  const clock = new Clock();
  const call = clock.callLater(5, () => {});
  assert.equal(inspect(call), "DelayedCall { (anonymous) at 5, pending }");
  clock.advance(5);
  assert.equal(inspect(call), "DelayedCall { at 5, called }");
});

test("DelayedCall, moved to Infinity, never comes, and can be moved back", () => {
  const clock = new Clock();
  const times: number[] = [];
  const call = clock.callLater(Infinity, () => times.push(clock.seconds()));
  call.reset(Infinity);
  call.delay(-5);
  assert.equal(call.getTime(), Infinity);
  clock.advance(1e9);
  assert.throws(() => call.delay(-Infinity), RangeError);
  call.reset(1);
  call.reset(Infinity);
  clock.advance(1e9);
  assert.deepEqual(times, []);
  call.reset(0);
  clock.advance(0);
  assert.deepEqual(times, [2e9]);
});

test("DelayedCall.delay, there and back, gives the very same time", () => {
  const call = new Clock().callLater(0.1, knock);
  call.delay(0.2);
  call.delay(-0.2);
  assert.equal(call.getTime(), 0.1);
});

test("DelayedCall.debug, keeps the stack of whoever scheduled the call", () => {
  const clock = new Clock();
  assert.equal(clock.callLater(1, knock).creator, undefined);
  DelayedCall.debug = true;
  const call = clock.callLater(1, knock);
  assert.match(call.creator ?? "", /delayed-call\.test/);
  assert.match(inspect(call), /delayed-call\.test/);
  call.cancel();
  assert.match(inspect(call), /knock at 1, cancelled/);
  DelayedCall.debug = false;
});
