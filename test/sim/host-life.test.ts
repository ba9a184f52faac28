import assert from "node:assert/strict";
import { test } from "node:test";
import { HostClock } from "../../src/sim/host-clock.ts";
import { HostLife } from "../../src/sim/host-life.ts";
import { World } from "../../src/sim/world.ts";

function makeLife(): { readonly world: World; readonly life: HostLife; readonly advance: () => void } {
  const world = new World({ seed: 1, record: false, cuts: true, window: 1000 });
  const life = new HostLife(world, { name: "a" }, new HostClock(world, 0, {}));
  const advance = (): void => {
    for (let time = world.queue.nextTime(); time !== Infinity; time = world.queue.nextTime()) {
      world.now = time;
      world.queue.take()();
    }
  };
  return { world, life, advance };
}

test("HostLife, runs code of the host, and notes what it throws", () => {
  const { world, life } = makeLife();
  life.run(() => assert.equal(world.running?.name, "a"));
  life.run(() => {
    throw new Error("a mistake");
  });
  assert.equal(String(world.failure?.error), "Error: a mistake");
});

test("HostLife, paused, holds what is called until it goes on, in order", () => {
  const { life, advance } = makeLife();
  const calls: number[] = [];
  life.pause();
  for (const n of [1, 2]) life.run(() => calls.push(n));
  life.loop.soon(() => calls.push(3));
  advance();
  assert.deepEqual([calls, life.isAwake, life.isAlive], [[], false, true]);
  life.resume();
  assert.deepEqual(calls, []);
  advance();
  assert.deepEqual(calls, [1, 2, 3]);
});

test("HostLife, ended, runs nothing any more", () => {
  const { life, advance } = makeLife();
  life.pause();
  life.run(() => assert.fail("it was held"));
  life.loop.later(() => assert.fail("it was a timer"), 1);
  life.end();
  life.run(() => assert.fail("it came late"));
  life.resume();
  advance();
  assert.deepEqual([life.isAlive, life.isAwake], [false, false]);
});

test("HostLife, its loop, calls soon and later in virtual time, unless it is called off", () => {
  const { world, life, advance } = makeLife();
  const calls: string[] = [];
  const { loop } = life;
  loop.later(() => calls.push(`later ${loop.seconds()}`), 1.5);
  loop.soon(() => calls.push(`soon ${loop.seconds()}`));
  loop.cancelLater(loop.later(() => assert.fail("called off"), 1));
  loop.cancelSoon(loop.soon(() => assert.fail("called off")));
  loop.cancelSoon(undefined);
  loop.release(loop.hold());
  assert.equal(loop.hasSignals, false);
  advance();
  assert.deepEqual([calls, world.now], [["soon 0", "later 1.5"], 1.5e9]);
});
