import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesToWrite } from "../../src/testing/bytes-to-write.ts";

test("bytesToWrite, gives strings as UTF-8", () => {
  assert.deepEqual(bytesToWrite("é"), Buffer.from([0xc3, 0xa9]));
});

test("bytesToWrite, copies bytes", () => {
  const bytes = Uint8Array.of(1, 2);
  const copy = bytesToWrite(bytes);
  bytes[0] = 9;
  assert.deepEqual(copy, Buffer.from([1, 2]));
});

test("bytesToWrite, refuses what no transport takes", () => {
  const values: unknown[] = [undefined, null, 1, {}, [1], new ArrayBuffer(1)];
  for (const value of values) {
    assert.throws(() => bytesToWrite(value as string), {
      name: "TypeError",
      message: /^Cannot write .*: expected a string or a Uint8Array$/,
    });
  }
});
