import assert from "node:assert/strict";
import { test } from "node:test";
import { float } from "../../../src/amp/arguments/float.ts";
import { doesNotSend, received, refuses, sent } from "./fixtures.ts";

const WRITTEN: readonly (readonly [number, string])[] = [
  [0, "0.0"],
  [-0, "-0.0"],
  [1, "1.0"],
  [-1.5, "-1.5"],
  [0.1, "0.1"],
  [0.0001, "0.0001"],
  [0.000012, "1.2e-05"],
  [1e-7, "1e-07"],
  [5e-324, "5e-324"],
  [123456.789, "123456.789"],
  [1e15, "1000000000000000.0"],
  [1234567890123456, "1234567890123456.0"],
  [1e16, "1e+16"],
  [1.5e300, "1.5e+300"],
  [-2.5e-10, "-2.5e-10"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
  [NaN, "nan"],
];

test("float, writes as Python does, and reads it again", () => {
  for (const [value, text] of WRITTEN) {
    assert.equal(sent(float(), value), text);
    assert.ok(Object.is(received(float(), text), value), text);
  }
});

test("float, reads what Python takes for a number", () => {
  const texts = [" 1 ", "1.", ".5", "+1E3", "1_0.2_5", "Infinity", "-INF", "+nan", "-nan"];
  assert.deepEqual(
    texts.map((text) => received(float(), text)),
    [1, 1, 0.5, 1000, 10.25, Infinity, -Infinity, NaN, NaN],
  );
});

test("float, refuses what is none", () => {
  doesNotSend(float(), "1", 1n, true);
  refuses(float(), "", " ", ".", "e5", "1e", "1__0", "_1", "0x1", "infinit", "1,5", "1 2");
});
