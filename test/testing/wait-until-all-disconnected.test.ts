import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { waitUntilAllDisconnected } from "../../src/testing/wait-until-all-disconnected.ts";

test("waitUntilAllDisconnected, fires when the last one is gone", () => {
  const clock = new Clock();
  const protocols = [{ transport: { connected: true } }, { transport: { connected: true } }];
  const done = waitUntilAllDisconnected(clock, protocols);
  protocols[0]!.transport.connected = false;
  clock.advance(0.01);
  assertNoResult(done);
  protocols[1]!.transport.connected = false;
  assertNoResult(done);
  clock.advance(0.01);
  successResultOf(done);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("waitUntilAllDisconnected, fires at once where nobody is connected", () => {
  const clock = new Clock();
  successResultOf(waitUntilAllDisconnected(clock, [{ transport: { connected: false } }]));
  successResultOf(waitUntilAllDisconnected(clock, []));
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("waitUntilAllDisconnected, stops looking when it is cancelled", () => {
  const clock = new Clock();
  const done = waitUntilAllDisconnected(clock, [{ transport: { connected: true } }]);
  clock.advance(1);
  done.cancel();
  failureResultOf(done, CancelledError);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("waitUntilAllDisconnected, knows the transports of the reactors", () => {
  const clock = new Clock();
  const pump = connectedPair(new AccumulatingProtocol(), new AccumulatingProtocol(), { automatic: false });
  const done = waitUntilAllDisconnected(clock, [
    { transport: pump.serverTransport },
    { transport: pump.clientTransport },
  ]);
  pump.clientTransport.loseConnection();
  clock.advance(0.01);
  assertNoResult(done);
  pump.flush();
  clock.advance(0.01);
  successResultOf(done);
});
