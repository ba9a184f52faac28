import assert from "node:assert/strict";
import { test } from "node:test";
import { bigInteger, integer } from "../../../src/amp/arguments/integer.ts";
import { doesNotSend, received, refuses, sent } from "./fixtures.ts";

test("integer, sends and receives safe numbers", () => {
  const lengths = Array.from({ length: 16 }, (_, digits) => 10 ** digits);
  const around = lengths.flatMap((value) => [value - 1, value, -value, 1 - value]);
  for (const value of [...around, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    assert.equal(sent(integer(), value), String(value));
    assert.equal(received(integer(), String(value)), value);
  }
  assert.equal(sent(integer(), -0), "0");
  assert.ok(Object.is(received(integer(), "-0"), 0));
});

test("integer, receives what Python takes for one", () => {
  assert.deepEqual(
    [" 7\n", "+7", "007", "1_000", "-0_0"].map((text) => received(integer(), text)),
    [7, 7, 7, 1000, 0],
  );
});

test("integer, refuses what loses digits, and what is none", () => {
  doesNotSend(integer(), 1.5, NaN, Infinity, 2 ** 53, "1", 1n, true);
  refuses(
    integer(),
    "9007199254740992",
    "-9007199254740992",
    "1".repeat(400),
    "",
    "1.0",
    "1e3",
    "0x10",
    "_1",
    "1__0",
    "1_",
    "- 1",
    "-",
    "1/",
    "1:",
    "\xb2",
  );
});

test("bigInteger, sends and receives numbers of any size", () => {
  for (const value of [0n, -5n, 2n ** 64n, -(10n ** 4000n)]) {
    assert.equal(sent(bigInteger(), value), String(value));
    assert.equal(received(bigInteger(), String(value)), value);
  }
  assert.equal(sent(bigInteger(), 7), "7");
  assert.equal(received(bigInteger(), " +1_0 "), 10n);
  assert.equal(received(bigInteger(), "-00"), 0n);
});

test("bigInteger, refuses what is none", () => {
  doesNotSend(bigInteger(), 2 ** 53, 1.5, "1");
  refuses(bigInteger(), "", "1n", "0x10", "1.0");
});
