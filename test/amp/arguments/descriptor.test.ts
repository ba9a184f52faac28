import assert from "node:assert/strict";
import { test } from "node:test";
import { descriptor } from "../../../src/amp/arguments/descriptor.ts";
import { AmpBox } from "../../../src/amp/wire/amp-box.ts";
import { RecordingConnection } from "../boxes.ts";

test("descriptor, goes beside the box, which has its number", () => {
  const connection = new RecordingConnection();
  const box = new AmpBox();
  descriptor().toBox("fd", 3, box, connection);
  assert.deepEqual(connection.steps, [["sendFileDescriptor", 3]]);
  assert.equal(box.getByteText("fd"), "5");
  assert.equal(descriptor().fromBox("fd", box, connection), 105);
});

test("descriptor, refuses what is no number, and a sender that is no connection", () => {
  for (const fd of ["", "-1", "1.5", "x"]) {
    assert.throws(() => descriptor().fromBox("fd", new AmpBox({ fd }), new RecordingConnection()), {
      code: "ERR_AMP_INVALID_ARGUMENT",
    });
  }
  assert.throws(() => descriptor().toBox("fd", 3, new AmpBox(), undefined), { code: "ERR_INVALID_STATE" });
});
