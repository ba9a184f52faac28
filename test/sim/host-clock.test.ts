import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HostClock } from "../../src/sim/host-clock.ts";
import { World } from "../../src/sim/world.ts";

const START = 946_684_800;

function clockAt(now: number, options = {}): { readonly world: World; readonly clock: HostClock } {
  const world = new World({ seed: 1, record: false, cuts: true, window: 1000 });
  world.now = now;
  return { world, clock: new HostClock(world, START, options) };
}

test("HostClock, tells the time of day and the time since the beginning", () => {
  const { clock } = clockAt(1.5e9);
  assert.deepEqual([clock.seconds(), clock.monotonic()], [START + 1.5, 1.5]);
  assert.equal(clock.date().toISOString(), "2000-01-01T00:00:01.500Z");
});

test("HostClock, may be ahead, and gain or lose time", () => {
  assert.equal(clockAt(10e9, { skew: -60 }).clock.seconds(), START - 50);
  assert.equal(clockAt(10e9, { drift: 0.1 }).clock.monotonic(), 11);
  assert.throws(() => clockAt(0, { skew: Infinity }), RangeError);
  assert.throws(() => clockAt(0, { drift: -1 }), RangeError);
});

test("HostClock, wait, lets at least so much time pass on the clock, and hardly more", () => {
  const times = fc.record({
    now: fc.nat(2e15),
    drift: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    wait: fc.double({ min: 0, max: 1e6, noNaN: true }),
  });
  fc.assert(
    fc.property(times, ({ now, drift, wait }) => {
      const { world, clock } = clockAt(now, { drift });
      const before = clock.seconds();
      const nanoseconds = clock.wait(wait);
      assert.ok(Number.isSafeInteger(nanoseconds) && nanoseconds >= 0);
      world.now += nanoseconds;
      const passed = clock.seconds() - before;
      assert.ok(clock.seconds() >= before + wait && passed - wait < 1e-5, `${passed} of ${wait}`);
    }),
  );
  assert.ok(Number.isSafeInteger(clockAt(0).clock.wait(Infinity)));
});
