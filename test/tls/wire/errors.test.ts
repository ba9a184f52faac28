import assert from "node:assert/strict";
import { test } from "node:test";
import { RemoteProtocolError } from "../../../src/errors.ts";
import { MalformedDERError } from "../../../src/tls/wire/errors.ts";

test("MalformedDERError, belongs to the peer", () => {
  const error = new MalformedDERError("no");
  assert.ok(error instanceof RemoteProtocolError);
  assert.deepEqual([error.name, error.code], ["MalformedDERError", "ERR_MALFORMED_DER"]);
});
