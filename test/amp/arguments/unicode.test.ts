import assert from "node:assert/strict";
import { test } from "node:test";
import { unicode } from "../../../src/amp/arguments/unicode.ts";
import { doesNotSend, received, refuses, sent } from "./fixtures.ts";

test("unicode, sends and receives text as UTF-8", () => {
  for (const text of ["", "abc", "Zoë", "日本", "😀", "\ufeffx"]) {
    const bytes = Buffer.from(text).toString("latin1");
    assert.equal(sent(unicode(), text), bytes);
    assert.equal(received(unicode(), bytes), text);
  }
});

test("unicode, refuses halves of characters, both ways", () => {
  doesNotSend(unicode(), "\ud83d", "a\udc00", 1, Buffer.from("a"));
  refuses(unicode(), "\xff", "\xc3", "\xed\xa0\x80");
});
