import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionOf } from "../../src/amp/connection-of.ts";
import { RecordingConnection } from "./boxes.ts";
import { RecordingSender } from "./fixtures.ts";

test("connectionOf, is the sender, where that is a connection", () => {
  const connection = new RecordingConnection();
  assert.equal(connectionOf(connection, "start TLS"), connection);
});

test("connectionOf, says what could not be done", () => {
  for (const sender of [undefined, new RecordingSender()]) {
    assert.throws(() => connectionOf(sender, "start TLS"), {
      code: "ERR_INVALID_STATE",
      message: /^Cannot start TLS: /,
    });
  }
});
