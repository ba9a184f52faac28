import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { HostnameEndpoint } from "../../src/endpoint/hostname.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { ThrottlingFactory } from "../../src/policies/throttling-factory.ts";
import type { ThrottlingOptions } from "../../src/policies/throttling-factory.ts";
import type { ProtocolWrapper } from "../../src/policies/protocol-wrapper.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

const address = new IPv4Address("TCP", "192.0.2.1", 7);

class Throttled {
  readonly clock: Clock = new Clock();
  readonly factory: ThrottlingFactory;

  constructor(options: ThrottlingOptions) {
    this.factory = new ThrottlingFactory(Factory.forProtocol(Protocol), this.clock, options);
  }

  connect(): { wrapper: ProtocolWrapper; transport: StringTransport; lose: () => void } {
    const wrapper = this.factory.buildProtocol(address)!;
    const transport = new StringTransport();
    wrapper.makeConnection(transport);
    return { wrapper, transport, lose: () => wrapper.connectionLost(new Failure(new ConnectionDone())) };
  }
}

class Producer {
  state = "producing";
  pauseProducing(): void {
    this.state = "paused";
  }
  resumeProducing(): void {
    this.state = "producing";
  }
  stopProducing(): void {}
}

describe("ThrottlingFactory", () => {
  test("pauses reading for as long as it takes to be at the limit again", () => {
    const throttled = new Throttled({ readLimit: 10 });
    const { wrapper, transport, lose } = throttled.connect();
    wrapper.dataReceived(Buffer.alloc(20));
    throttled.clock.advance(1);
    assert.equal(transport.producerState, "paused");
    const later = throttled.connect();
    assert.equal(later.transport.producerState, "paused", "one that comes meanwhile waits as well");
    throttled.clock.advance(0.875);
    assert.equal(transport.producerState, "paused");
    throttled.clock.advance(0.125);
    assert.equal(transport.producerState, "producing");
    assert.equal(later.transport.producerState, "producing");
    lose();
    later.lose();
    assert.equal(throttled.clock.getDelayedCalls().length, 0);
  });

  test("what the protocol has paused stays so", () => {
    const throttled = new Throttled({ readLimit: 10 });
    const { wrapper, transport } = throttled.connect();
    wrapper.dataReceived(Buffer.alloc(20));
    wrapper.pauseProducing();
    throttled.clock.advance(1);
    throttled.clock.advance(1);
    assert.equal(transport.producerState, "paused");
    wrapper.resumeProducing();
    assert.equal(transport.producerState, "producing");
  });

  test("pauses producers, those that come meanwhile as well", () => {
    const throttled = new Throttled({ writeLimit: 10 });
    const { wrapper } = throttled.connect();
    const [first, second] = [new Producer(), new Producer()];
    wrapper.registerProducer(first, true);
    wrapper.write("ä".repeat(5));
    wrapper.writeSequence(["12345", "67890"]);
    throttled.clock.advance(1);
    assert.equal(first.state, "paused");
    wrapper.unregisterProducer();
    wrapper.registerProducer(second, true);
    assert.equal(second.state, "paused");
    throttled.clock.advance(1);
    assert.deepEqual([first.state, second.state], ["paused", "producing"]);
  });

  test("who goes on meanwhile waits longer", () => {
    const throttled = new Throttled({ readLimit: 10 });
    const { wrapper, transport } = throttled.connect();
    wrapper.dataReceived(Buffer.alloc(40));
    throttled.clock.advance(1);
    wrapper.dataReceived(Buffer.alloc(20));
    throttled.clock.advance(1);
    throttled.clock.advance(1);
    throttled.clock.advance(1);
    assert.equal(transport.producerState, "paused");
    throttled.clock.advance(1);
    assert.equal(transport.producerState, "producing");
  });

  test("a connection that closes is left alone", () => {
    const throttled = new Throttled({ readLimit: 10 });
    const { wrapper } = throttled.connect();
    wrapper.dataReceived(Buffer.alloc(20));
    wrapper.loseConnection();
    throttled.clock.advance(1);
    throttled.clock.advance(1);
  });

  test("limits the number of connections", () => {
    const throttled = new Throttled({ maxConnectionCount: 2 });
    const { factory } = throttled;
    const first = throttled.connect();
    throttled.connect();
    assert.equal(factory.buildProtocol(address), null);
    first.lose();
    assert.equal(factory.connectionCount, 1);
    assert.notEqual(factory.buildProtocol(address), null);
  });

  test("one that the wrapped factory refuses does not count", () => {
    const refusing = Object.assign(new Factory(), { buildProtocol: () => null });
    const clock = new Clock();
    const factory = new ThrottlingFactory(refusing, clock, { readLimit: 1 });
    assert.equal(factory.buildProtocol(address), null);
    assert.equal(factory.connectionCount, 0);
    assert.equal(clock.getDelayedCalls().length, 0);
  });

  test("throws RangeError for what is no limit", () => {
    for (const options of [{ readLimit: 0 }, { writeLimit: -1 }, { readLimit: Number.NaN }, { maxConnectionCount: -1 }])
      assert.throws(() => new Throttled(options), RangeError);
  });

  test("holds the rate over a network", async () => {
    const net = new SimulatedNetwork({ seed: 1, link: { bandwidth: 800_000 } });
    let received = 0;
    class Sink extends Protocol {
      override dataReceived(data: Buffer): void {
        received += data.length;
      }
    }
    net.host("server").spawn(({ reactor }) => {
      const factory = new ThrottlingFactory(Factory.forProtocol(Sink), reactor, { readLimit: 200_000 });
      reactor.listenTCP(7, factory);
    });
    class Source extends Protocol {
      override connectionMade(): void {
        this.transport.registerProducer(
          { resumeProducing: () => this.transport.write(Buffer.alloc(8192)), stopProducing: () => {} },
          false,
        );
      }
    }
    net
      .host("client")
      .spawn(({ reactor }) => void connectProtocol(new HostnameEndpoint(reactor, "server", 7), new Source()));
    await net.run({ for: 60 });
    const rate = received / 60;
    assert.ok(rate > 150_000 && rate < 250_000, `${rate} bytes per second`);
  });
});
