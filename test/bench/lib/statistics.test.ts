import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { numberOf, ratioOf, spreadOf } from "../../../bench/lib/statistics.ts";

test("spreadOf, gives the middle one or the mean of the two in the middle, and the extremes", () => {
  assert.deepEqual(spreadOf([3]), { median: 3, min: 3, max: 3 });
  assert.deepEqual(spreadOf([10, 1, 2]), { median: 2, min: 1, max: 10 });
  assert.deepEqual(spreadOf([4, 1, 2, 100]), { median: 3, min: 1, max: 100 });
});

test("spreadOf, has as many values below the median as above it, whatever the values", () => {
  const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(values, (list) => {
      const before = [...list];
      const { median, min, max } = spreadOf(list);
      const below = list.filter((value) => value < median).length;
      const above = list.filter((value) => value > median).length;
      assert.ok(below <= list.length / 2 && above <= list.length / 2);
      assert.ok(min <= median && median <= max);
      assert.deepEqual(list, before);
    }),
  );
});

test("spreadOf, throws RangeError, without values", () => {
  assert.throws(() => spreadOf([]), RangeError);
});

test("ratioOf, is above 1 when ours is better, for rates, times and sizes", () => {
  assert.equal(ratioOf({ opsPerSecond: 300 }, { opsPerSecond: 100 }), 3);
  assert.equal(ratioOf({ seconds: 1 }, { seconds: 3 }), 3);
  assert.equal(ratioOf({ seconds: 3 }, { seconds: 1 }), 1 / 3);
  assert.equal(ratioOf({ bytesPerSecond: 3 }, { bytesPerSecond: 1 }), 3);
  assert.equal(ratioOf({ bytes: 2 }, { bytes: 4 }), 2);
});

test("ratioOf, throws TypeError, for a rate and a time", () => {
  assert.throws(() => ratioOf({ opsPerSecond: 1 }, { seconds: 1 }), TypeError);
  assert.throws(() => ratioOf({ seconds: 1 }, { opsPerSecond: 1 }), TypeError);
  assert.throws(() => ratioOf({ bytes: 1 }, { seconds: 1 }), TypeError);
});

test("numberOf, is the number, for all kinds of figure", () => {
  assert.equal(numberOf({ seconds: 0.25 }), 0.25);
  assert.equal(numberOf({ opsPerSecond: 7 }), 7);
  assert.equal(numberOf({ bytes: 9 }), 9);
});
