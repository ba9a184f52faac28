import assert from "node:assert/strict";
import { test } from "node:test";
import { isLent, markAsLent } from "../../src/bytes/lent.ts";

test("isLent, is said of all views of memory that was marked, and of no others", () => {
  const memory = new ArrayBuffer(64);
  assert.equal(isLent(new Uint8Array(memory)), false);
  markAsLent(memory);
  assert.equal(isLent(new Uint8Array(memory)), true);
  assert.equal(isLent(Buffer.from(memory, 8, 4)), true);
  assert.equal(isLent(Buffer.from(Buffer.from(memory, 8, 4))), false);
  assert.equal(isLent(Buffer.alloc(4)), false);
});
