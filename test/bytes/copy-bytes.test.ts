import assert from "node:assert/strict";
import { test } from "node:test";
import { copyBytes } from "../../src/bytes/copy-bytes.ts";

test("copyBytes, copies what is asked for, of every length", () => {
  const source = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251));
  for (const length of [0, 1, 15, 16, 17, 4095, 4096, 4097, 9000]) {
    const copy = copyBytes(source, 7, 7 + length);
    assert.deepEqual(copy, Buffer.from(source.subarray(7, 7 + length)), String(length));
    assert.notEqual(copy.buffer, source.buffer);
  }
});

test("copyBytes, of short pieces, share pools of 8 KiB and never each other's bytes", () => {
  const source = Buffer.alloc(100, "x");
  const copies = Array.from({ length: 300 }, () => copyBytes(source, 0, 100));
  assert.ok(new Set(copies.map(({ buffer }) => buffer)).size <= 5);
  for (const copy of copies) assert.ok(copy.buffer.byteLength <= 8192);
  copies[0]!.fill("y");
  assert.ok(copies.slice(1).every((copy) => copy.equals(source)));
});

test("copyBytes, of long pieces, have memory of their own", () => {
  const source = Buffer.alloc(5000);
  assert.equal(copyBytes(source, 0, 4100).buffer.byteLength, 4100);
});
