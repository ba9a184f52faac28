import assert from "node:assert/strict";
import { test } from "node:test";
import { byteTextOf, bytesOf, excerptOf, isASCII, isByteText, wireValueOf } from "../../../src/amp/wire/wire-value.ts";

test("isByteText, is true for characters that are bytes", () => {
  assert.deepEqual(["", "a\0", "\xff", "\u0100", "a\nb"].map(isByteText), [true, true, true, false, true]);
});

test("isASCII, is true where UTF-8 and bytes are the same", () => {
  assert.deepEqual(["", "a\n\x7f", "\x80"].map(isASCII), [true, true, false]);
});

test("wireValueOf, is text as it is, when it is ASCII, and else its UTF-8", () => {
  assert.equal(wireValueOf("abc"), "abc");
  assert.deepEqual(wireValueOf("é"), Buffer.from([0xc3, 0xa9]));
  assert.deepEqual(wireValueOf(Buffer.of(1)), Buffer.of(1));
});

test("bytesOf and byteTextOf, are the inverse of each other", () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  assert.deepEqual(bytesOf(byteTextOf(all)), all);
  const plain = new Uint8Array([1, 2, 3]).subarray(1);
  assert.deepEqual(bytesOf(plain), Buffer.of(2, 3));
  assert.equal(byteTextOf(plain), "\x02\x03");
});

test("excerptOf, is short", () => {
  assert.equal(excerptOf(Buffer.from("a\xff")), '"aÃ¿"');
  assert.equal(excerptOf("x".repeat(100)), `"${"x".repeat(60)}..."`);
});
