import assert from "node:assert/strict";
import { test } from "node:test";
import { integer } from "../../../src/amp/arguments/integer.ts";
import { listOf } from "../../../src/amp/arguments/list-of.ts";
import { string } from "../../../src/amp/arguments/string.ts";
import { unicode } from "../../../src/amp/arguments/unicode.ts";
import { doesNotSend, received, refuses, sent } from "./fixtures.ts";

test("listOf, sends and receives lists", () => {
  assert.equal(sent(listOf(integer()), [3, -7]), "\0\x013\0\x02-7");
  assert.deepEqual(received(listOf(integer()), "\0\x013\0\x02-7"), [3, -7]);
  assert.equal(sent(listOf(integer()), []), "");
  assert.deepEqual(received(listOf(integer()), ""), []);
  assert.equal(sent(listOf(unicode()), new Set(["é", ""])), "\0\x02Ã©\0\0");
  assert.deepEqual(received(listOf(string()), "\0\0\0\x01\xff"), [Buffer.of(), Buffer.of(255)]);
});

test("listOf, takes lists of lists", () => {
  const nested = listOf(listOf(integer()));
  const bytes = sent(nested, [[1, 2], [], [3]]);
  assert.deepEqual(received(nested, bytes), [[1, 2], [], [3]]);
});

test("listOf, refuses elements that end too early, or are of another type", () => {
  refuses(listOf(integer()), "\0", "\0\x02", "\0\x021", "\0\x013\0", "\0\x01x");
  doesNotSend(listOf(integer()), [1.5], 7);
  doesNotSend(listOf(string()), ["x".repeat(65_536)]);
});
