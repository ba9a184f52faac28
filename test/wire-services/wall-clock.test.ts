import assert from "node:assert/strict";
import { test } from "node:test";
import { wallClock } from "../../src/wire-services/wall-clock.ts";

test("wallClock, tells the seconds since 1970", () => {
  const before = Date.now();
  const told = wallClock.seconds() * 1000;
  assert.ok(told >= before && told <= Date.now());
});
