import assert from "node:assert/strict";
import { test } from "node:test";
import { TLSBox } from "../../src/amp/tls-box.ts";
import { authority } from "../support/authority.ts";
import { RecordingConnection } from "./boxes.ts";
import { RecordingSender } from "./fixtures.ts";

test("TLSBox, starts TLS when it has been sent", () => {
  const connection = new RecordingConnection();
  const authorities = [authority];
  new TLSBox(authority, authorities).sendTo(connection);
  assert.deepEqual(connection.steps, ["sendBox", ["startTLS", authority, authorities]]);
});

test("TLSBox, is not sent where there is no connection", () => {
  const sender = new RecordingSender();
  assert.throws(() => new TLSBox(authority, undefined).sendTo(sender), { code: "ERR_INVALID_STATE" });
  assert.deepEqual(sender.boxes, []);
});
