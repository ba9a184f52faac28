import assert from "node:assert/strict";
import { test } from "node:test";
import { peerOf } from "../../src/inetd/listener.ts";
import { IPv4Address, UNIXAddress } from "../../src/transport/address.ts";

test("peerOf, is the host, or nobody in particular", () => {
  assert.equal(peerOf(new IPv4Address("TCP", "192.0.2.1", 1)), "192.0.2.1");
  assert.equal(peerOf(new UNIXAddress("/run/x")), "");
});
