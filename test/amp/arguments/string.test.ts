import assert from "node:assert/strict";
import { test } from "node:test";
import { string } from "../../../src/amp/arguments/string.ts";
import { AmpBox } from "../../../src/amp/wire/amp-box.ts";
import { doesNotSend, received, sent } from "./fixtures.ts";

test("string, sends and receives bytes", () => {
  for (const text of ["", "abc", "\0\xff", "x".repeat(5000)]) {
    assert.equal(sent(string(), Buffer.from(text, "latin1")), text);
    assert.deepEqual(received(string(), text), Buffer.from(text, "latin1"));
  }
  assert.equal(sent(string(), "é"), "Ã©");
  assert.equal(sent(string(), new Uint8Array([65])), "A");
});

test("string, keeps nothing of what it was given", () => {
  const bytes = Buffer.from("abc");
  const box = new AmpBox();
  string().toBox("x", bytes, box, undefined);
  bytes.fill(0);
  assert.equal(box.getByteText("x"), "abc");
});

test("string, refuses what is neither text nor bytes", () => {
  doesNotSend(string(), 1, [1], new ArrayBuffer(1));
});
