import assert from "node:assert/strict";
import { test } from "node:test";
import { successResultOf } from "../../src/testing/deferred-results.ts";
import { FakePort } from "../../src/testing/fake-port.ts";
import { IPv4Address } from "../../src/transport/address.ts";

test("FakePort, says where it listens, and whether", () => {
  const address = new IPv4Address("TCP", "0.0.0.0", 80);
  const port = new FakePort(address);
  assert.equal(port.getHost(), address);
  assert.equal(successResultOf(port.whenListening()), port);
  assert.equal(port.listening, true);
  successResultOf(port.stopListening());
  assert.equal(port.listening, false);
  port.startListening();
  assert.equal(port.listening, true);
});
