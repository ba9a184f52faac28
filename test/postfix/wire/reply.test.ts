import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_LINE_LENGTH, NOT_FOUND, TRY_AGAIN, foundLine, replyLine } from "../../../src/postfix/wire/reply.ts";

test("replyLine, has a code and a text", () => {
  assert.equal(replyLine(NOT_FOUND), "500 ");
  assert.equal(replyLine(TRY_AGAIN, "no table"), "400 no table");
});

test("replyLine, is a line of ASCII that Postfix takes, whatever the text is", () => {
  assert.equal(replyLine(TRY_AGAIN, "a\nb\r\0é😀"), "400 a?b????");
  assert.equal(replyLine(TRY_AGAIN, "x".repeat(5000)).length, MAX_LINE_LENGTH - 1);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => assert.match(replyLine(TRY_AGAIN, text), /^400 [ -~]*$/)),
  );
});

test("foundLine, has the value quoted, and is an error for one that is too long", () => {
  assert.equal(foundLine("a b"), "200 a%20b");
  assert.equal(foundLine("x".repeat(4091)).length, MAX_LINE_LENGTH - 1);
  assert.match(foundLine("x".repeat(4092)), /^400 The value takes 4092 bytes, more than the 4091 /);
  assert.match(foundLine(" ".repeat(2000)), /^400 The value takes 6000 bytes/);
});
