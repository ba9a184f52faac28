import assert from "node:assert/strict";
import { test } from "node:test";
import { WriteBatch } from "../../src/transport/write-batch.ts";

test("WriteBatch, flushes at the end of the outermost event", () => {
  const batch = new WriteBatch();
  const flushed: string[] = [];
  batch.enter();
  batch.note({ flush: () => flushed.push("one") });
  batch.enter();
  batch.note({ flush: () => flushed.push("two") });
  batch.leave();
  assert.deepEqual(flushed, []);
  batch.leave();
  assert.deepEqual(flushed, ["one", "two"]);
});

test("WriteBatch, flushes what is noted outside of events when the code is done, once", async () => {
  const batch = new WriteBatch();
  let flushed = 0;
  batch.note({ flush: () => flushed++ });
  batch.note({ flush: () => flushed++ });
  assert.equal(flushed, 0);
  await new Promise((resolve) => process.nextTick(resolve));
  assert.equal(flushed, 2);
});

test("WriteBatch, goes on with what is noted while it flushes", () => {
  const batch = new WriteBatch();
  const flushed: string[] = [];
  batch.enter();
  batch.note({
    flush: () => {
      flushed.push("first");
      batch.enter();
      batch.note({ flush: () => flushed.push("second") });
      batch.leave();
    },
  });
  batch.leave();
  assert.deepEqual(flushed, ["first", "second"]);
});
