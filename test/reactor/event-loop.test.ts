import assert from "node:assert/strict";
import { test } from "node:test";
import { runtimeLoop } from "../../src/reactor/event-loop.ts";

test("runtimeLoop, calls soon and later, never inside the call, unless it is called off", async () => {
  const calls: string[] = [];
  await new Promise<void>((resolve) => {
    runtimeLoop.later(() => (calls.push("later"), resolve()), 0.02);
    runtimeLoop.cancelLater(runtimeLoop.later(() => calls.push("called off"), 0.001));
    runtimeLoop.cancelSoon(runtimeLoop.soon(() => calls.push("called off")));
    runtimeLoop.soon(() => calls.push("soon"));
    calls.push("asked");
  });
  assert.deepEqual(calls, ["asked", "soon", "later"]);
});

test("runtimeLoop, takes times that the runtime's timers cannot", () => {
  const call = runtimeLoop.later(() => assert.fail("it is years away"), 1e9);
  runtimeLoop.cancelLater(call);
});

test("runtimeLoop, tells the time of day, and holds the process until it is released", () => {
  assert.ok(Math.abs(runtimeLoop.seconds() - Date.now() / 1000) < 5);
  const hold = runtimeLoop.hold() as NodeJS.Timeout;
  assert.equal(hold.hasRef(), true);
  runtimeLoop.release(hold);
  runtimeLoop.cancelLater(undefined);
  runtimeLoop.cancelSoon(undefined);
  runtimeLoop.release(undefined);
});
