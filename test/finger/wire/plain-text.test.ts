import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { plainText, wireText } from "../../../src/finger/wire/plain-text.ts";

test("plainText, leaves out control characters, but for tabs and the ends of lines", () => {
  assert.equal(plainText("a\tb\r\nc\rd\ne"), "a\tb\nc\nd\ne");
  assert.equal(plainText("\x1b[2Jboo\x07\0\x9b1m é"), "[2Jboo1m é");
});

test("wireText, ends each line with CRLF", () => {
  assert.equal(wireText(""), "");
  assert.equal(wireText("a"), "a\r\n");
  assert.equal(wireText("a\r\n\nb\n"), "a\r\n\r\nb\r\n");
});

test("wireText, is plain whatever the text is, and read as what plainText gives", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const sent = wireText(text);
      assert.match(sent, /^(?:[\t\P{Cc}]*\r\n)*$/u);
      assert.equal(plainText(sent).replace(/\n$/, ""), plainText(text).replace(/\n$/, ""));
    }),
  );
});
