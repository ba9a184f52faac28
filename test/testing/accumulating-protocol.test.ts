import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { assertNoResult, successResultOf } from "../../src/testing/deferred-results.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";

test("AccumulatingProtocol, keeps data in order, however it comes", () => {
  const protocol = new AccumulatingProtocol();
  assert.equal(protocol.data.length, 0);
  protocol.makeConnection(new StringTransport());
  protocol.dataReceived(Buffer.from("a"));
  assert.equal(protocol.data.toString(), "a");
  protocol.dataReceived(Buffer.from("b"));
  protocol.dataReceived(Buffer.from("c"));
  assert.equal(protocol.data.toString(), "abc");
  assert.equal(protocol.data.toString(), "abc");
});

test("AccumulatingProtocol, takes long data byte by byte", () => {
  const protocol = new AccumulatingProtocol();
  const byte = Buffer.from("x");
  for (let i = 0; i < 200_000; i++) protocol.dataReceived(byte);
  assert.equal(protocol.data.length, 200_000);
});

test("AccumulatingProtocol, notes the beginning and the end", () => {
  const protocol = new AccumulatingProtocol();
  assert.deepEqual([protocol.made, protocol.closed, protocol.closedReason], [false, false, null]);
  protocol.makeConnection(new StringTransport());
  assert.deepEqual([protocol.made, protocol.closed], [true, false]);
  const reason = new Failure(new ConnectionDone());
  protocol.connectionLost(reason);
  assert.deepEqual([protocol.made, protocol.closed], [true, true]);
  assert.equal(protocol.closedReason, reason);
});

test("closedDeferred, fires once when the connection is lost", () => {
  const protocol = new AccumulatingProtocol();
  const closed = new Deferred<void>();
  protocol.closedDeferred = closed;
  protocol.makeConnection(new StringTransport());
  assertNoResult(closed);
  protocol.connectionLost(new Failure(new ConnectionDone()));
  successResultOf(closed);
  assert.equal(protocol.closedDeferred, null);
});

test("connectionMade, fires protocolConnectionMade of any factory, and takes it away", () => {
  const factory: { protocolConnectionMade: unknown } = { protocolConnectionMade: new Deferred() };
  const made = factory.protocolConnectionMade as Deferred<unknown>;
  const protocol = new AccumulatingProtocol();
  protocol.factory = factory;
  protocol.makeConnection(new StringTransport());
  assert.equal(successResultOf(made), protocol);
  assert.equal(factory.protocolConnectionMade, null);
});

test("connectionMade, leaves a factory alone that waits for nobody", () => {
  const factory = { protocolConnectionMade: "no Deferred" };
  const protocol = new AccumulatingProtocol();
  protocol.factory = factory;
  protocol.makeConnection(new StringTransport());
  assert.deepEqual(factory, { protocolConnectionMade: "no Deferred" });
  assert.equal(protocol.made, true);
});
