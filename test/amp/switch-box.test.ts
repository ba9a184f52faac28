import assert from "node:assert/strict";
import { test } from "node:test";
import { SwitchBox } from "../../src/amp/switch-box.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { RecordingConnection } from "./boxes.ts";
import { RecordingSender } from "./fixtures.ts";

test("SwitchBox, hands the connection over when it has been sent", () => {
  const connection = new RecordingConnection();
  const protocol = new Protocol();
  new SwitchBox(protocol).sendTo(connection);
  assert.deepEqual(connection.steps, ["sendBox", "lock", ["switchTo", protocol]]);
});

test("SwitchBox, is not sent where there is no connection", () => {
  const sender = new RecordingSender();
  assert.throws(() => new SwitchBox(new Protocol()).sendTo(sender), { code: "ERR_INVALID_STATE" });
  assert.deepEqual(sender.boxes, []);
});
