import assert from "node:assert/strict";
import { test } from "node:test";
import { boxLimits } from "../../../src/amp/wire/box-limits.ts";

test("boxLimits, has a default for what is not said", () => {
  assert.deepEqual(boxLimits(), { maxValueLength: 65_535, maxKeys: 1000, maxBoxLength: 4 * 1024 * 1024 });
  assert.equal(boxLimits({ maxKeys: Infinity }).maxKeys, Infinity);
});

test("boxLimits, refuses what is no limit", () => {
  for (const maxKeys of [0, -1, NaN, "10" as never]) {
    assert.throws(() => boxLimits({ maxKeys }), {
      name: "RangeError",
      message: /maxKeys: .*, expected a number, 1 or more/,
    });
  }
});
