import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { Listener, letConnect } from "./attempts.ts";

test("StreamClientEndpoint.connect, a factory made by forProtocol, gives a Deferred of the protocol's own type", () => {
  const reactor = new MemoryReactor();
  const factory = Factory.forProtocol(Listener);
  factory.noisy = false;
  // That this compiles is a part of the test.
  const connected: Deferred<Listener> = new TCP4ClientEndpoint(reactor, "192.0.2.1", 80).connect(factory);
  letConnect(reactor, 0);
  const protocol = successResultOf(connected);
  assert.deepEqual(protocol.heard, ["connectionMade"]);
  assert.equal(protocol.factory, factory);
});
