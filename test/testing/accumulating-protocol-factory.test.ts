import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { AccumulatingProtocolFactory } from "../../src/testing/accumulating-protocol-factory.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { assertNoResult, successResultOf } from "../../src/testing/deferred-results.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";

const ADDRESS = new IPv4Address("TCP", "127.0.0.1", 1);

test("AccumulatingProtocolFactory, builds accumulating protocols that know it", () => {
  const factory = new AccumulatingProtocolFactory();
  const protocol = factory.buildProtocol(ADDRESS);
  assert.ok(protocol instanceof AccumulatingProtocol);
  assert.equal(protocol.factory, factory);
});

test("protocolConnectionMade, fires with the first protocol that is connected, and can be set again", () => {
  const factory = new AccumulatingProtocolFactory();
  const first = factory.protocolConnectionMade!;
  const [one, two] = [factory.buildProtocol(ADDRESS)!, factory.buildProtocol(ADDRESS)!];
  assertNoResult(first);
  two.makeConnection(new StringTransport());
  assert.equal(successResultOf(first), two);
  assert.equal(factory.protocolConnectionMade, null);
  const next = new Deferred<AccumulatingProtocol>();
  factory.protocolConnectionMade = next;
  one.makeConnection(new StringTransport());
  assert.equal(successResultOf(next), one);
});
