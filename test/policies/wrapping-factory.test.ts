import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { WrappingFactory } from "../../src/policies/wrapping-factory.ts";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import type { Connector } from "../../src/transport/transport.ts";
import "../support/quiet-logs.ts";

const address = new IPv4Address("TCP", "192.0.2.1", 7);

describe("WrappingFactory", () => {
  test("starts and stops with the factory that it wraps", () => {
    const wrapped = Factory.forProtocol(Protocol);
    const factory = new WrappingFactory(wrapped);
    factory.doStart();
    assert.deepEqual([wrapped.numPorts, factory.numPorts], [1, 1]);
    factory.doStop();
    assert.deepEqual([wrapped.numPorts, factory.numPorts], [0, 0]);
  });

  test("refuses what the factory that it wraps refuses", () => {
    const refusing = Object.assign(new Factory(), { buildProtocol: () => null });
    assert.equal(new WrappingFactory(refusing).buildProtocol(address), null);
  });

  test("tells a client's factory how connecting goes, and a server's nothing", () => {
    const told: string[] = [];
    class Told extends ClientFactory {
      override startedConnecting(): void {
        told.push("started");
      }
      override clientConnectionFailed(): void {
        told.push("failed");
      }
      override clientConnectionLost(): void {
        told.push("lost");
      }
    }
    const connector = {} as Connector;
    const reason = new Failure(new Error("x"));
    for (const wrapped of [new Told(), new Factory()]) {
      const factory = new WrappingFactory(wrapped);
      factory.startedConnecting(connector);
      factory.clientConnectionFailed(connector, reason);
      factory.clientConnectionLost(connector, reason);
    }
    assert.deepEqual(told, ["started", "failed", "lost"]);
  });

  test("is named in logs after both", () => {
    class Quotes extends Factory {}
    assert.equal(new WrappingFactory(new Quotes()).logPrefix(), "Quotes (WrappingFactory)");
  });
});
