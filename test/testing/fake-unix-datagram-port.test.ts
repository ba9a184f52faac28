import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { FakeUNIXDatagramPort } from "../../src/testing/fake-unix-datagram-port.ts";

test("FakeUNIXDatagramPort, says what it is bound and connected to, and notes what is sent", () => {
  const port = new FakeUNIXDatagramPort(null, "/run/peer");
  port.write("one");
  assert.deepEqual(port.written, [{ packet: "one", address: undefined }]);
  assert.equal(port.getHost().name, null);
  assert.equal(port.getPeer().name, "/run/peer");
  port.loseConnection();
  assert.equal(port.listening, false);
});

test("FakeUNIXDatagramPort, that is not connected, has no peer", () => {
  assert.throws(() => new FakeUNIXDatagramPort("/run/me", undefined).getPeer(), InvalidStateError);
});
