import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ClientError } from "../../../src/memcache/wire/errors.ts";
import { MAX_KEY_LENGTH, byteText, keyText } from "../../../src/memcache/wire/key.ts";

test("keyText, takes text as UTF-8 and bytes as they are", () => {
  assert.equal(keyText("Zoë"), "Zo\xc3\xab");
  assert.equal(keyText(Buffer.from([0x80, 0xff, 0x21])), "\x80\xff!");
});

test("keyText, takes 1 to 250 bytes", () => {
  assert.equal(keyText("k").length, 1);
  assert.equal(keyText("k".repeat(MAX_KEY_LENGTH)).length, 250);
  assert.throws(() => keyText(""), ClientError);
  assert.throws(() => keyText("k".repeat(251)), { name: "ClientError", message: /251 bytes: expected at most 250/ });
  assert.throws(() => keyText("é".repeat(126)), /252 bytes/);
});

test("keyText, refuses exactly the keys with a space or a control character in them", () => {
  for (let byte = 0; byte < 256; byte++) {
    const key = Buffer.from([97, byte, 98]);
    if (byte <= 0x20 || byte === 0x7f) assert.throws(() => keyText(key), ClientError, String(byte));
    else assert.equal(keyText(key), key.toString("latin1"));
  }
});

test("byteText, has a character for each byte, whatever the bytes are", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(Buffer.from(byteText(bytes), "latin1"), Buffer.from(bytes));
    }),
  );
  for (const other of [null, undefined, 7, {}]) {
    assert.throws(() => byteText(other as string), { name: "TypeError", message: /expected text or bytes/ });
  }
});
