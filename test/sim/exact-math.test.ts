import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exactExp, exactLog, exactPower } from "../../src/sim/exact-math.ts";

function isNear(actual: number, expected: number): void {
  const allowed = 1e-13 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= allowed, `${actual} and ${expected}`);
}

test("exactLog, agrees with Math.log", () => {
  for (const x of [1, 2, Math.E, 1e-300, 1e300, Number.MIN_VALUE, Number.MAX_VALUE]) isNear(exactLog(x), Math.log(x));
  fc.assert(fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => isNear(exactLog(x), Math.log(x))));
  for (const bad of [0, -1, Infinity, Number.NaN]) assert.throws(() => exactLog(bad), RangeError);
});

test("exactExp, agrees with Math.exp", () => {
  fc.assert(fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (x) => isNear(exactExp(x), Math.exp(x))));
  assert.equal(exactExp(0), 1);
  assert.equal(exactExp(1e4), Infinity);
  assert.equal(exactExp(-1e4), 0);
});

test("exactPower, agrees with Math.pow", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1, noNaN: true }),
      fc.double({ min: -3, max: 0, noNaN: true }),
      (base, exponent) => {
        const expected = base ** exponent;
        assert.ok(Math.abs(exactPower(base, exponent) / expected - 1) < 1e-12);
      },
    ),
  );
});
