import assert from "node:assert/strict";
import { test } from "node:test";
import { HawserError, LocalProtocolError } from "../../src/errors.ts";
import { StringTooLongError, TransferStoppedError } from "../../src/protocol/errors.ts";

test("StringTooLongError, is the caller's", () => {
  const error = new StringTooLongError("too long");
  assert.ok(error instanceof LocalProtocolError);
  assert.equal(error.name, "StringTooLongError");
  assert.equal(error.code, "ERR_STRING_TOO_LONG");
});

test("TransferStoppedError, is nobody's fault", () => {
  const error = new TransferStoppedError("stopped");
  assert.ok(error instanceof HawserError);
  assert.equal(error.name, "TransferStoppedError");
  assert.equal(error.code, "ERR_TRANSFER_STOPPED");
});
