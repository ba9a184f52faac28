import assert from "node:assert/strict";
import { test } from "node:test";
import { World } from "../../src/sim/world.ts";

function makeWorld(record: boolean | "bytes"): World {
  return new World({ seed: 1, record, cuts: true, window: 1000 });
}

const WAY = {
  flow: 1,
  protocol: "tcp",
  from: { host: "a", address: "10.0.0.1", port: 1 },
  to: { host: "b", address: "10.0.0.2", port: 2 },
  flags: "A",
  sequence: 3,
  acknowledged: 4,
} as const;

test("World, schedules for whole nanoseconds, never for the past, and wakes who waits", () => {
  const world = makeWorld(false);
  let woken = 0;
  world.wake = () => woken++;
  world.now = 100;
  assert.deepEqual([world.schedule(1.4, () => {}).time, world.schedule(-5, () => {}).time], [101, 100]);
  assert.equal(woken, 2);
  world.cancel(undefined);
});

test("World, numbers packets, and keeps their bytes only where it is told to", () => {
  const [plain, withBytes] = [makeWorld(true), makeWorld("bytes")];
  const first = plain.sent(WAY, Buffer.from("abc"));
  assert.deepEqual([first.id, first.size, first.payload], [1, 3, undefined]);
  assert.equal(plain.sent(WAY, undefined).id, 2);
  assert.deepEqual(withBytes.sent(WAY, Buffer.from("abc")).payload, Buffer.from("abc"));
  plain.arrived(first);
  plain.lost(first, "why");
  assert.deepEqual(
    plain.log.events.map(({ kind, host, text, packet }) => [kind, host, text, packet?.id]),
    [
      ["sent", "a", "", 1],
      ["sent", "a", "", 2],
      ["arrived", "b", "", 1],
      ["lost", "a", "why", 1],
    ],
  );
});

test("World, remembers the first failure of a program", () => {
  const world = makeWorld(true);
  world.failed("a", new Error("first"));
  world.failed("b", new Error("second"));
  assert.deepEqual([world.failure?.host, String(world.failure?.error)], ["a", "Error: first"]);
  assert.equal(world.log.count, 2);
});
