import assert from "node:assert/strict";
import { test } from "node:test";
import { cutInParts } from "../../../src/sim/explore/cut-in-parts.ts";

test("cutInParts, makes parts of nearly the same size, in order", () => {
  assert.deepEqual(cutInParts([1, 2, 3, 4, 5], 2), [
    [1, 2],
    [3, 4, 5],
  ]);
  assert.deepEqual(cutInParts([1, 2, 3], 3), [[1], [2], [3]]);
  assert.deepEqual(cutInParts([1], 2), [[], [1]]);
  assert.deepEqual(cutInParts([], 1), [[]]);
});
