import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { transfer, transferablesOf } from "../../src/threads/transfer.ts";

test("transfer, answers the value, and remembers it, the buffer below it, or what it is told", () => {
  const bytes = new Uint8Array(4);
  const buffer = new ArrayBuffer(4);
  const view = new DataView(buffer);
  const record = { bytes, view };
  assert.deepEqual(transferablesOf([bytes, {}, null, 1]), []);
  assert.equal(transfer(bytes), bytes);
  assert.deepEqual(transferablesOf([bytes]), [bytes.buffer]);
  transfer(buffer);
  transfer(view);
  assert.deepEqual(transferablesOf([1, buffer, view, "s", null]), [buffer], "each once");
  transfer(record, [bytes.buffer, buffer]);
  assert.deepEqual(transferablesOf([record, bytes]), [bytes.buffer, buffer]);
  const { port1, port2 } = new MessageChannel();
  transfer(port1);
  assert.deepEqual(transferablesOf([port1, port2]), [port1]);
  port1.close();
});

test("transfer, of what is no object, is refused", () => {
  assert.throws(() => transfer(7 as never), { name: "TypeError", message: "Cannot transfer 7: expected an object" });
  assert.throws(() => transfer(null as never), /Cannot transfer null/);
});
