import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenConnections } from "../../src/application/open-connections.ts";
import type { WatchedConnection } from "../../src/application/watched-factory.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../deferred/results.ts";

function connection(): WatchedConnection<Protocol> {
  return { protocol: new Protocol(), transport: new StringTransport() };
}

test("OpenConnections, knows those that are open, and tells when there are none", () => {
  const open = new OpenConnections<Protocol>();
  successResultOf(open.whenEmpty());
  const [first, second] = [connection(), connection()];
  open.connectionMade(first);
  open.connectionMade(second);
  const [empty, cancelled] = [open.whenEmpty(), open.whenEmpty()];
  cancelled.cancel();
  failureResultOf(cancelled, CancelledError);
  open.connectionLost(first);
  assert.equal(open.size, 1);
  assertNoResult(empty);
  open.connectionLost(second);
  successResultOf(empty);
});

test("OpenConnections, passes over who is cancelled by another who was told first", () => {
  const open = new OpenConnections<Protocol>();
  const only = connection();
  open.connectionMade(only);
  const first = open.whenEmpty().addCallback(() => second.cancel());
  const second = open.whenEmpty();
  const third = open.whenEmpty();
  open.connectionLost(only);
  failureResultOf(second, CancelledError);
  for (const empty of [first, third]) successResultOf(empty);
});

test("OpenConnections, calls for none that an earlier call has closed, or opened", () => {
  const open = new OpenConnections<Protocol>();
  const [first, second, third] = [connection(), connection(), connection()];
  open.connectionMade(first);
  open.connectionMade(second);
  const seen: unknown[] = [];
  open.forEach((each) => {
    seen.push(each);
    open.connectionLost(second);
    open.connectionMade(third);
  });
  assert.deepEqual(seen, [first]);
});
