import assert from "node:assert/strict";
import { test } from "node:test";
import { RemoteProtocolError } from "../../../../src/errors.ts";
import { InvalidProxyHeaderError, ProxyHeaderTooLongError } from "../../../../src/protocol/haproxy/wire/errors.ts";

test("the errors of PROXY headers belong to the peer", () => {
  const error = new ProxyHeaderTooLongError("no");
  assert.ok(error instanceof InvalidProxyHeaderError && error instanceof RemoteProtocolError);
  assert.equal(error.code, "ERR_PROXY_HEADER_TOO_LONG");
  assert.equal(new InvalidProxyHeaderError("no").code, "ERR_INVALID_PROXY_HEADER");
});
