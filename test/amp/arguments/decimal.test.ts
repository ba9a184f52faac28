import assert from "node:assert/strict";
import { test } from "node:test";
import { decimal } from "../../../src/amp/arguments/decimal.ts";
import { doesNotSend, received, refuses, sent } from "./fixtures.ts";

test("decimal, keeps the text", () => {
  const texts = [
    "1",
    "-1",
    "1.0",
    "10",
    "1E+2",
    "1E-1",
    "1.5E+2",
    "0.10",
    ".5",
    "5.",
    "Infinity",
    "-Infinity",
    "NaN",
    "-NaN",
    "sNaN",
    "NaN123",
  ];
  for (const text of [...texts, "0.1234567890123456789012345678901234567890"]) {
    assert.equal(sent(decimal(), text), text);
    assert.equal(received(decimal(), text), text);
  }
  assert.equal(sent(decimal(), -(10n ** 30n)), `-1${"0".repeat(30)}`);
});

test("decimal, refuses what is none", () => {
  doesNotSend(decimal(), 1.5, "", "1,5", "one");
  refuses(decimal(), "", "e5", "1e", ".", "1 2", "sInfinity", "\xb2");
});
