import assert from "node:assert/strict";
import { test } from "node:test";
import { BacklogWatch } from "../../src/protocol/backlog-watch.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import type { PushProducer } from "../../src/transport/producer.ts";

const BLOCK = Buffer.alloc(64 * 1024);

/** A transport that says at once that too much is waiting. */
class Full extends StringTransport {
  override write(data: string | Uint8Array): void {
    super.write(data);
    (this.producer as PushProducer | null)?.pauseProducing();
  }
}

test("BacklogWatch, writes, and is a producer for no longer than a write", () => {
  const transport = new StringTransport();
  const watch = new BacklogWatch(() => assert.fail("There was nothing to drain"));
  for (let n = 0; n < 3; n++) watch.write(transport, BLOCK);
  assert.equal(transport.written().length, 3 * BLOCK.length);
  assert.deepEqual([transport.producer, watch.isFull], [null, false]);
});

test("BacklogWatch, stays where it is too much, until that has been sent", () => {
  const transport = new Full();
  let drained = 0;
  const watch = new BacklogWatch(() => drained++);
  watch.write(transport, Buffer.alloc(10));
  assert.deepEqual([transport.producer, watch.isFull], [null, false]);
  watch.write(transport, BLOCK);
  watch.write(transport, BLOCK);
  assert.deepEqual([transport.producer, watch.isFull], [watch, true]);
  watch.resumeProducing();
  assert.deepEqual([transport.producer, watch.isFull, drained], [null, false, 1]);
  watch.resumeProducing();
  assert.equal(drained, 1);
});

test("BacklogWatch, gives up its place, and notices when it is taken", () => {
  const transport = new Full();
  const watch = new BacklogWatch(() => {});
  watch.write(transport, BLOCK);
  watch.release();
  watch.release();
  assert.deepEqual([transport.producer, watch.isFull], [null, false]);
  watch.write(transport, BLOCK);
  watch.stopProducing();
  assert.equal(watch.isFull, false);
});

test("BacklogWatch, leaves it to another producer", () => {
  const transport = new StringTransport();
  const other: PushProducer = { pauseProducing() {}, resumeProducing() {}, stopProducing() {} };
  transport.registerProducer(other, true);
  const watch = new BacklogWatch(() => {});
  watch.write(transport, BLOCK);
  assert.equal(transport.producer, other);
});
