import assert from "node:assert/strict";
import { test } from "node:test";
import { RemoteProtocolError } from "../../../src/errors.ts";
import { SOCKSProtocolError } from "../../../src/socks/wire/errors.ts";

test("SOCKSProtocolError, is the peer's", () => {
  const error = new SOCKSProtocolError("x");
  assert.ok(error instanceof RemoteProtocolError);
  assert.deepEqual([error.name, error.code], ["SOCKSProtocolError", "ERR_SOCKS_PROTOCOL"]);
});
