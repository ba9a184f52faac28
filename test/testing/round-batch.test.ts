import assert from "node:assert/strict";
import { test } from "node:test";
import { RoundBatch } from "../../src/testing/round-batch.ts";

test("RoundBatch, flushes when it is told to, inside and outside of events", async () => {
  let wakes = 0;
  const batch = new RoundBatch(() => wakes++);
  const flushed: string[] = [];
  batch.note({ flush: () => flushed.push("a") });
  batch.enter();
  batch.note({ flush: () => flushed.push("b") });
  batch.leave();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(flushed, []);
  assert.equal(wakes, 2);
  batch.flush();
  batch.flush();
  assert.deepEqual(flushed, ["a", "b"]);
});

test("flush, leaves what is noted meanwhile for the next time", () => {
  const batch = new RoundBatch(() => {});
  const flushed: string[] = [];
  batch.note({
    flush: () => {
      flushed.push("first");
      batch.note({ flush: () => flushed.push("second") });
    },
  });
  batch.flush();
  assert.deepEqual(flushed, ["first"]);
  batch.flush();
  assert.deepEqual(flushed, ["first", "second"]);
});
