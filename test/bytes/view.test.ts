import assert from "node:assert/strict";
import { test } from "node:test";
import { view } from "../../src/bytes/view.ts";

test("view, is what subarray answers: a Buffer over the same memory", () => {
  const bytes = Buffer.from("0123456789");
  const seen = view(bytes.buffer, bytes.byteOffset + 3, 4);
  assert.deepEqual(seen, bytes.subarray(3, 7));
  assert.ok(Buffer.isBuffer(seen));
  assert.equal(seen.buffer, bytes.buffer);
  assert.equal(seen.constructor, Buffer);
  bytes[3] = 0x78;
  assert.equal(seen.toString(), "x456");
});

test("view, of places that are not in the memory, is refused", () => {
  const { buffer } = Buffer.alloc(10);
  assert.throws(() => view(buffer, buffer.byteLength, 1), RangeError);
});
