import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import type { DelayedCall } from "../../src/clock/delayed-call.ts";
import { ProtocolTimeout } from "../../src/protocol/protocol-timeout.ts";

/** Counts the timers that it is asked for. */
class CountingClock extends Clock {
  timers = 0;

  override callLater<A extends unknown[]>(delay: number, callback: (...args: A) => unknown, ...args: A): DelayedCall {
    this.timers++;
    return super.callLater(delay, callback, ...args);
  }
}

function newTimeout(): { clock: CountingClock; timeout: ProtocolTimeout; rung: number[] } {
  const clock = new CountingClock();
  const rung: number[] = [];
  return { clock, rung, timeout: new ProtocolTimeout(clock, () => rung.push(clock.seconds())) };
}

test("ProtocolTimeout, calls when the time is over, once", () => {
  const { clock, timeout, rung } = newTimeout();
  assert.equal(timeout.timeOut, null);
  timeout.setTimeout(5);
  assert.equal(timeout.timeOut, 5);
  clock.advance(4);
  assert.deepEqual(rung, []);
  clock.advance(1);
  clock.advance(10);
  assert.deepEqual(rung, [5]);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("ProtocolTimeout.resetTimeout, puts the call off to the limit from now", () => {
  const { clock, timeout, rung } = newTimeout();
  timeout.setTimeout(5);
  clock.advance(3);
  timeout.resetTimeout();
  clock.advance(1);
  timeout.resetTimeout();
  clock.pump([1, 1, 1, 1]);
  assert.deepEqual(rung, []);
  clock.advance(1);
  assert.deepEqual(rung, [9]);
});

test("ProtocolTimeout.resetTimeout, touches no timer, however often it is called", () => {
  const { clock, timeout, rung } = newTimeout();
  timeout.setTimeout(5);
  for (let chunk = 0; chunk < 5000; chunk++) {
    clock.advance(1 / 1024);
    timeout.resetTimeout();
  }
  // It fired too early at 5 seconds, once.
  clock.advance(1);
  assert.ok(clock.timers <= 2);
  clock.advance(4);
  assert.deepEqual(rung, [5000 / 1024 + 5]);
});

test("ProtocolTimeout.resetTimeout, does nothing, where nothing is waited for", () => {
  const { clock, timeout, rung } = newTimeout();
  timeout.resetTimeout();
  timeout.setTimeout(5);
  timeout.setTimeout(null);
  timeout.resetTimeout();
  clock.advance(10);
  assert.deepEqual(rung, []);
  timeout.setTimeout(5);
  clock.advance(5);
  timeout.resetTimeout();
  clock.advance(10);
  assert.deepEqual(rung, [15]);
});

test("ProtocolTimeout.setTimeout, answers the limit that there was", () => {
  const { timeout } = newTimeout();
  assert.equal(timeout.setTimeout(5), null);
  assert.equal(timeout.setTimeout(7), 5);
  assert.equal(timeout.setTimeout(null), 7);
  assert.equal(timeout.setTimeout(null), null);
});

test("ProtocolTimeout.setTimeout, makes the time shorter or longer, from now", () => {
  const { clock, timeout, rung } = newTimeout();
  timeout.setTimeout(10);
  clock.advance(1);
  timeout.setTimeout(2);
  clock.advance(2);
  assert.deepEqual(rung, [3]);
  timeout.setTimeout(2);
  clock.advance(1);
  timeout.setTimeout(10);
  clock.advance(9);
  assert.deepEqual(rung, [3]);
  clock.advance(1);
  assert.deepEqual(rung, [3, 14]);
});

test("ProtocolTimeout.setTimeout, leaves no timer behind, for null", () => {
  const { clock, timeout } = newTimeout();
  timeout.setTimeout(5);
  timeout.setTimeout(null);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("ProtocolTimeout.setTimeout, may be called when the time is over", () => {
  const clock = new Clock();
  const rung: number[] = [];
  const timeout: ProtocolTimeout = new ProtocolTimeout(clock, () => {
    rung.push(clock.seconds());
    timeout.resetTimeout();
    if (rung.length < 3) timeout.setTimeout(5);
  });
  timeout.setTimeout(5);
  clock.pump([5, 5, 5, 5, 5]);
  assert.deepEqual(rung, [5, 10, 15]);
});

test("ProtocolTimeout.setTimeout, refuses what is no limit, and changes nothing", () => {
  const { clock, timeout, rung } = newTimeout();
  timeout.setTimeout(5);
  for (const wrong of [-1, Number.NaN]) {
    assert.throws(() => timeout.setTimeout(wrong), {
      name: "RangeError",
      message: `Cannot wait for ${wrong}: expected a number of seconds, 0 or more, or null`,
    });
  }
  assert.throws(() => timeout.setTimeout("5" as unknown as number), TypeError);
  assert.throws(() => timeout.setTimeout(undefined as unknown as null), TypeError);
  assert.equal(timeout.timeOut, 5);
  clock.advance(5);
  assert.deepEqual(rung, [5]);
});

type Step = readonly ["set", number | null] | readonly ["reset"] | readonly ["advance", number];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant("set" as const), fc.option(fc.nat(9), { freq: 4 })),
  fc.tuple(fc.constant("reset" as const)),
  fc.tuple(fc.constant("advance" as const), fc.nat(4)),
);

test("ProtocolTimeout, rings when a timer that is moved each time would", () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { clock, timeout, rung } = newTimeout();
      const expected: number[] = [];
      let limit: number | null = null;
      let call: DelayedCall | undefined;
      const ring = (): void => {
        call = undefined;
        expected.push(clock.seconds());
      };
      for (const [action, value] of steps) {
        if (action === "set") {
          limit = value;
          timeout.setTimeout(value);
          call?.cancel();
          call = value === null ? undefined : Clock.prototype.callLater.call(clock, value, ring);
        } else if (action === "reset") {
          timeout.resetTimeout();
          call?.reset(limit!);
        } else {
          clock.advance(value);
        }
        assert.deepEqual(rung, expected);
      }
    }),
    { numRuns: 500 },
  );
});
