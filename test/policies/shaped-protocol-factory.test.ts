import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { HostnameEndpoint } from "../../src/endpoint/hostname.ts";
import { HierarchicalBucketFilter } from "../../src/policies/bucket-filter.ts";
import { ShapedProtocolFactory } from "../../src/policies/shaped-protocol-factory.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import type { HalfCloseableTransport } from "../../src/transport/transport.ts";
import "../support/quiet-logs.ts";
import { Talker, checkConversation } from "../support/relayed-conversation.ts";

function connect(transport: StringTransport = new StringTransport()): {
  clock: Clock;
  transport: StringTransport;
  protocol: AccumulatingProtocol;
  lose: () => void;
} {
  const clock = new Clock();
  const filter = new HierarchicalBucketFilter(clock, { rate: 10, maxburst: 10 });
  const protocol = new AccumulatingProtocol();
  const wrapped = Object.assign(new Factory(), { buildProtocol: () => protocol });
  const wrapper = new ShapedProtocolFactory(wrapped, filter, clock).buildProtocol(
    new IPv4Address("TCP", "192.0.2.1", 7),
  )!;
  wrapper.makeConnection(transport);
  return { clock, transport, protocol, lose: () => wrapper.connectionLost(new Failure(new ConnectionDone())) };
}

describe("ShapedProtocolFactory", () => {
  test("closes when all is sent", () => {
    const { clock, transport, protocol, lose } = connect();
    protocol.transport.writeSequence(["0123456789", "abc"]);
    protocol.transport.loseConnection();
    protocol.transport.loseConnection();
    assert.equal(protocol.transport.disconnecting, true);
    assert.equal(transport.disconnecting, false);
    clock.advance(1);
    assert.equal(transport.value(), "0123456789abc");
    assert.equal(transport.disconnecting, true);
    lose();
    assert.equal(clock.getDelayedCalls().length, 0);
    assert.equal(protocol.closed, true);
  });

  test("ends its direction when all is sent, and may close later", () => {
    const { clock, transport, protocol } = connect();
    protocol.transport.write("0123456789abc");
    (protocol.transport as HalfCloseableTransport).loseWriteConnection();
    assert.equal(transport.writeDisconnecting, false);
    clock.advance(1);
    assert.equal(transport.writeDisconnecting, true);
    protocol.transport.loseConnection();
    assert.equal(transport.disconnecting, true);
  });

  test("startTLS and sendFile, are behind what was written before", () => {
    const transport = Object.assign(new StringTransport(), {
      startTLS: () => transport.write("[TLS]"),
      sendFile: () => transport.write("[file]"),
    });
    const { clock, protocol } = connect(transport);
    const shaped = protocol.transport as unknown as { startTLS(context: null): void; sendFile(fd: number): void };
    protocol.transport.write("0123456789plain");
    shaped.startTLS(null);
    protocol.transport.write("secret");
    shaped.sendFile(0);
    assert.equal(transport.value(), "0123456789plain[TLS]secret[file]");
    protocol.transport.write("more");
    clock.advance(3);
    assert.equal(transport.value(), "0123456789plain[TLS]secret[file]more");
  });

  test("setTcpNoDelay, reaches the connection", () => {
    const { transport, protocol } = connect();
    (protocol.transport as unknown as StringTransport).setTcpNoDelay(true);
    assert.equal(transport.getTcpNoDelay(), true);
  });

  test("a connection that is lost leaves nothing behind", () => {
    const { clock, protocol, lose } = connect();
    protocol.transport.write("0123456789abc");
    lose();
    assert.equal(clock.getDelayedCalls().length, 0);
    protocol.transport.write("late");
    protocol.transport.abortConnection();
  });

  test("holds the rate of all connections together over a network, and loses nothing", async () => {
    const net = new SimulatedNetwork({ seed: 3 });
    const far: Talker[] = [];
    net.host("server").spawn(({ reactor }) => {
      const filter = new HierarchicalBucketFilter(reactor, { rate: 50_000, maxburst: 10_000 });
      const talkers = Object.assign(new Factory(), {
        buildProtocol: () => {
          far.push(new Talker(Buffer.alloc(200_000, "far")));
          return far.at(-1)!;
        },
      });
      reactor.listenTCP(7, new ShapedProtocolFactory(talkers, filter, reactor));
    });
    const near = [new Talker(Buffer.alloc(1000, "near")), new Talker(Buffer.alloc(1000, "near"))];
    net.host("client").spawn(({ reactor }) => {
      for (const each of near) void connectProtocol(new HostnameEndpoint(reactor, "server", 7), each);
    });
    await net.run({
      until: () => near.every(({ lost }) => lost !== undefined) && far.every(({ lost }) => lost !== undefined),
    });
    assert.ok(net.seconds() > 7.7 && net.seconds() < 12, `${net.seconds()} seconds for 400,000 bytes`);
    for (const each of near) assert.ok(each.endedCleanly && Buffer.concat(each.received).length === 200_000);
    checkConversation(near[0], far[0]);
  });
});
