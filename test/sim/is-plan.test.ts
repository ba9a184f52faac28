import assert from "node:assert/strict";
import { test } from "node:test";
import { isPlan } from "../../src/sim/is-plan.ts";

test("isPlan, tells lists from recipes", () => {
  assert.ok(isPlan([]));
  assert.ok(!isPlan({}));
});
