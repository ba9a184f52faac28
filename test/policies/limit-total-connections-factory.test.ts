import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { LimitTotalConnectionsFactory } from "../../src/policies/limit-total-connections-factory.ts";
import type { ProtocolWrapper } from "../../src/policies/protocol-wrapper.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

const address = new IPv4Address("TCP", "192.0.2.1", 7);
class Usual extends Protocol {}
class Overflow extends Protocol {}

describe("LimitTotalConnectionsFactory", () => {
  test("refuses those beyond the limit, until one is gone", () => {
    const factory = new LimitTotalConnectionsFactory();
    factory.protocol = Usual;
    factory.connectionLimit = 1;
    const first = factory.buildProtocol(address) as ProtocolWrapper;
    assert.ok(first.wrappedProtocol instanceof Usual);
    assert.equal(first.wrappedProtocol.factory, factory);
    assert.equal(factory.buildProtocol(address), null);
    first.connectionLost(new Failure(new ConnectionDone()));
    assert.notEqual(factory.buildProtocol(address), null);
  });

  test("gives those beyond the limit the overflow protocol, and counts them", () => {
    const factory = new LimitTotalConnectionsFactory();
    factory.protocol = Usual;
    factory.connectionLimit = 0;
    factory.overflowProtocol = Overflow;
    const built = (factory.buildProtocol(address) as ProtocolWrapper).wrappedProtocol;
    assert.ok(built instanceof Overflow && built.factory === factory);
    assert.equal(factory.connectionCount, 1);
  });

  test("has no limit unless told otherwise", () => {
    const factory = new LimitTotalConnectionsFactory();
    factory.protocol = Usual;
    for (let count = 0; count < 1000; count++) factory.buildProtocol(address);
    assert.equal(factory.connectionCount, 1000);
  });
});
