import assert from "node:assert/strict";
import { test } from "node:test";
import { stackless } from "../src/stackless.ts";

test("stackless, makes errors without a stack, and only these", () => {
  const limit = Error.stackTraceLimit;
  const error = stackless(() => new RangeError("too far"));
  assert.equal(error.stack, "RangeError: too far");
  assert.throws(
    () =>
      stackless(() => {
        throw new RangeError("thrown");
      }),
    RangeError,
  );
  assert.equal(Error.stackTraceLimit, limit);
  assert.match(new Error("with one").stack ?? "", /stackless\.test/);
});

test("stackless, leaves the stack where errors must not be changed", () => {
  const frozen = Object.isFrozen;
  try {
    Object.isFrozen = () => true;
    assert.match(stackless(() => new Error("with one")).stack ?? "", /stackless\.test/);
  } finally {
    Object.isFrozen = frozen;
  }
});
