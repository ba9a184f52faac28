import assert from "node:assert/strict";
import { test } from "node:test";
import { SOCKSProtocolError } from "../../../src/socks/wire/errors.ts";
import { outcomeNumber, outcomeOf } from "../../../src/socks/wire/outcome.ts";

test("outcomes, of version 5 have the numbers of the RFC", () => {
  for (const [number, outcome] of [
    [0, "succeeded"],
    [1, "failed"],
    [2, "not allowed"],
    [5, "connection refused"],
    [8, "address not supported"],
  ] as const) {
    assert.equal(outcomeNumber(5, outcome), number);
    assert.equal(outcomeOf(5, number), outcome);
  }
  assert.equal(outcomeOf(5, 9), "failed");
  assert.equal(outcomeOf(5, 255), "failed");
});

test("outcomes, of version 4 are two", () => {
  assert.equal(outcomeNumber(4, "succeeded"), 90);
  assert.equal(outcomeNumber(4, "host unreachable"), 91);
  assert.deepEqual(
    [90, 91, 92, 93].map((number) => outcomeOf(4, number)),
    ["succeeded", "failed", "not allowed", "not allowed"],
  );
  for (const number of [0, 89, 94]) assert.throws(() => outcomeOf(4, number), SOCKSProtocolError);
});
