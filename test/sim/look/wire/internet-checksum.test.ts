import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { internetChecksum } from "../../../../src/sim/look/wire/internet-checksum.ts";
import { onesSum } from "./read-pcapng.ts";

test("internetChecksum, is the complement of the sum in RFC 1071 section 3", () => {
  assert.equal(internetChecksum(Buffer.from("0001f203f4f5f6f7", "hex")), 0xffff - 0xddf2);
});

test("internetChecksum, pads what is odd with a zero at its end, and takes parts as one", () => {
  assert.equal(internetChecksum(Buffer.from("0001f2", "hex")), internetChecksum(Buffer.from("0001f200", "hex")));
  assert.equal(internetChecksum(Buffer.from("0001", "hex"), Buffer.from("f2", "hex")), 0xffff - 0xf201);
  assert.equal(internetChecksum(), 0xffff);
});

test("internetChecksum, makes the sum over everything all ones, whatever the bytes are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const checksum = internetChecksum(bytes);
      assert.equal(checksum, 0xffff - onesSum(bytes));
      const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(0)]);
      assert.equal(internetChecksum(even, Buffer.of(checksum >> 8, checksum & 0xff)), 0);
    }),
  );
});

test("internetChecksum, folds all carries, when there are many", () => {
  assert.equal(internetChecksum(Buffer.alloc(1_000_000, 0xff)), 0);
});
