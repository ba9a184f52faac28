import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { LimitConnectionsByPeer } from "../../src/policies/limit-connections-by-peer.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address, IPv6Address, UNIXAddress } from "../../src/transport/address.ts";
import type { Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

describe("LimitConnectionsByPeer", () => {
  test("refuses a host that has enough, and no other", () => {
    const factory = new LimitConnectionsByPeer(Factory.forProtocol(Protocol));
    assert.equal(factory.maxConnectionsPerPeer, 5);
    const addresses: Address[] = [
      new IPv4Address("TCP", "192.0.2.1", 7),
      new IPv6Address("TCP", "2001:db8::1", 7),
      new UNIXAddress("/run/x"),
    ];
    for (const address of addresses) {
      const built = Array.from({ length: 5 }, () => factory.buildProtocol(address)!);
      for (const wrapper of built) wrapper.makeConnection(new StringTransport());
      assert.equal(factory.buildProtocol(address), null);
      for (const wrapper of built.slice(0, 2)) wrapper.connectionLost(new Failure(new ConnectionDone()));
      assert.notEqual(factory.buildProtocol(address), null);
      for (const wrapper of built.slice(2)) wrapper.connectionLost(new Failure(new ConnectionDone()));
    }
    assert.deepEqual([...factory.peerConnections.values()], [1, 1, 1]);
    assert.equal(factory.protocols.size, 0);
  });

  test("forgets a host without connections", () => {
    const factory = new LimitConnectionsByPeer(Factory.forProtocol(Protocol));
    const wrapper = factory.buildProtocol(new IPv4Address("TCP", "192.0.2.1", 7))!;
    wrapper.makeConnection(new StringTransport());
    wrapper.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(factory.peerConnections.size, 0);
  });

  test("one that the wrapped factory refuses does not count", () => {
    const factory = new LimitConnectionsByPeer(Object.assign(new Factory(), { buildProtocol: () => null }));
    assert.equal(factory.buildProtocol(new IPv4Address("TCP", "192.0.2.1", 7)), null);
    assert.equal(factory.peerConnections.size, 0);
  });
});
