import assert from "node:assert/strict";
import { test } from "node:test";
import { Window } from "../../src/bytes/window.ts";

const chunk = Buffer.from("0123456789".repeat(2000));

test("Window, reaches as far as it may, and no further", () => {
  const { start, end } = new Window(chunk, 5, chunk.length);
  assert.deepEqual([start, end], [5, 5 + 8192]);
  assert.equal(new Window(chunk, 5, 100).end, 100);
  assert.equal(new Window(chunk, 5, 100).text, chunk.toString("latin1", 5, 100));
  assert.deepEqual([Window.pays(0, 511), Window.pays(0, 512)], [false, true]);
});

test("Window.indexOf, finds what is inside, in the places of the chunk", () => {
  const window = new Window(chunk, 5, 25);
  assert.deepEqual(
    ["5", "4", "45", "x"].map((wanted) => window.indexOf(wanted, 6)),
    [15, 14, 14, -1],
  );
});

test("Window.bytes, are copies that share no more than the window", () => {
  const window = new Window(chunk, 5, chunk.length);
  const pieces = [window.bytes(5, 8), window.bytes(100, 200)];
  assert.deepEqual(pieces, [chunk.subarray(5, 8), chunk.subarray(100, 200)]);
  for (const { buffer } of pieces) {
    assert.notEqual(buffer, chunk.buffer);
    assert.ok(buffer.byteLength <= 8192);
  }
});

test("Window.ascii, is the text of what is inside, where all of the window is ASCII", () => {
  const window = new Window(chunk, 5, 25);
  assert.equal(window.ascii(5, 8), "567");
  assert.deepEqual([window.ascii(4, 8), window.ascii(20, 26)], [undefined, undefined]);
  assert.equal(new Window(Buffer.from("abcü"), 0, 5).ascii(0, 2), undefined);
});
