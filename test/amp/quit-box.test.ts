import assert from "node:assert/strict";
import { test } from "node:test";
import { QuitBox } from "../../src/amp/quit-box.ts";
import { RecordingSender } from "./fixtures.ts";

test("QuitBox, closes the connection when it has been sent", () => {
  const sender = new RecordingSender();
  new QuitBox({ a: "1" }).sendTo(sender);
  assert.deepEqual([sender.last, sender.closed], [{ a: "1" }, true]);
});

test("QuitBox, that cannot be sent, closes nothing", () => {
  const sender = new RecordingSender();
  sender.error = new Error("no");
  assert.throws(() => new QuitBox().sendTo(sender), sender.error);
  assert.equal(sender.closed, false);
});
