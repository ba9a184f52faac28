import assert from "node:assert/strict";
import { test } from "node:test";
import { Driver } from "../../src/sim/driver.ts";
import type { DriverOptions } from "../../src/sim/driver.ts";
import { World } from "../../src/sim/world.ts";

function makeWorld(): World {
  return new World({ seed: 1, record: false, cuts: true, window: 1000 });
}

const DEFAULTS: DriverOptions = { deadline: Infinity, isOver: undefined, whenIdle: "end", turns: 0 };

test("Driver, lets things happen in order, and ends when nothing is left", async () => {
  const world = makeWorld();
  const times: number[] = [];
  for (const time of [3, 1, 2]) world.schedule(time, () => times.push(world.now));
  assert.equal(await new Driver(world, DEFAULTS).run(), "idle");
  assert.deepEqual(times, [1, 2, 3]);
});

test("Driver, between two things, lets promises and ticks settle, however many", async () => {
  const world = makeWorld();
  const calls: string[] = [];
  for (let n = 0; n < 200; n++) {
    world.schedule(n, () => {
      calls.push(`${n}`);
      void (async () => {
        for (let i = 0; i < 20; i++) await Promise.resolve();
        process.nextTick(() => void Promise.resolve().then(() => calls.push(`${n} settled`)));
      })();
    });
  }
  await new Driver(world, DEFAULTS).run();
  assert.deepEqual(calls, Array.from({ length: 200 }, (_, n) => [`${n}`, `${n} settled`]).flat());
});

test("Driver, stops at its deadline, and when it is over, with the rest left", async () => {
  const world = makeWorld();
  let calls = 0;
  for (const time of [1, 2, 3, 10]) world.schedule(time, () => calls++);
  assert.equal(await new Driver(world, { ...DEFAULTS, isOver: () => calls === 2 }).run(), "over");
  assert.deepEqual([world.now, calls], [2, 2]);
  assert.equal(await new Driver(world, { ...DEFAULTS, deadline: 5 }).run(), "deadline");
  assert.deepEqual([world.now, calls], [5, 3]);
  assert.equal(await new Driver(world, { ...DEFAULTS, deadline: 50 }).run(), "deadline");
  assert.deepEqual([world.now, calls], [50, 4]);
});

test("Driver, ends where a program has failed", async () => {
  const world = makeWorld();
  world.schedule(1, () => world.failed("a", new Error("a mistake")));
  world.schedule(1, () => assert.fail("too late"));
  assert.equal(await new Driver(world, DEFAULTS).run(), "failed");
});

test("Driver, that waits when it is idle, goes on when something is scheduled", async () => {
  const world = makeWorld();
  let isOver = false;
  const run = new Driver(world, { ...DEFAULTS, isOver: () => isOver, whenIdle: "wait" }).run();
  for (let n = 0; n < 10; n++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise<void>((resolve) => void world.schedule(1, resolve));
  }
  isOver = true;
  world.schedule(0, () => {});
  assert.equal(await run, "over");
  assert.equal(world.now, 10);
});

test("Driver, with turns, gives the runtime's loop so many before time goes on", async () => {
  const world = makeWorld();
  const calls: string[] = [];
  world.schedule(1, () => {
    calls.push("first");
    setImmediate(() => setImmediate(() => calls.push("two turns later")));
  });
  world.schedule(2, () => calls.push("second"));
  await new Driver(world, { ...DEFAULTS, turns: 4 }).run();
  assert.deepEqual(calls, ["first", "two turns later", "second"]);
});
