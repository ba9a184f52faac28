/** The statistic of the soak. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { growth } from "./flatness.ts";

test("growth, of what stands still and of what gets warm at first, is next to nothing", () => {
  assert.equal(growth(Array.from({ length: 8 }, () => 5)), 0);
  assert.equal(growth([1, 9, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10]), 0);
});

test("growth, of a single high sample, is nothing", () => {
  assert.equal(growth([5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 900, 5, 5, 5, 5]), 0);
});

test("growth, of what grows evenly, is half of it all", () => {
  assert.equal(growth(Array.from({ length: 16 }, (_, i) => 100 * i)), 800);
});

test("growth, of too few samples, is an error", () => {
  assert.throws(() => growth([1, 2, 3]), RangeError);
});
