import assert from "node:assert/strict";
import { test } from "node:test";
import { expectTypeOf } from "expect-type";
import { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ClientFactory, Factory, ServerFactory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { FakeConnector } from "../../src/testing/fake-connector.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import "../support/quiet-logs.ts";

const ADDRESS = new IPv4Address("TCP", "127.0.0.1", 8007);

class Echo extends Protocol {
  declare factory: Factory | undefined;
}

class Greeters extends Factory {
  readonly #greeting: string;

  constructor(greeting: string) {
    super();
    this.#greeting = greeting;
  }

  greet(): string {
    return this.#greeting;
  }
}

/** Notes when it is started and stopped. */
class Noting extends Factory {
  readonly events: string[] = [];

  override startFactory(): void {
    this.events.push(`start ${this.numPorts}`);
  }

  override stopFactory(): void {
    this.events.push(`stop ${this.numPorts}`);
  }
}

test("Factory.buildProtocol, makes a protocol of its class, which knows the factory", () => {
  const factory = Factory.forProtocol(Echo);
  const first = factory.buildProtocol(ADDRESS);
  assert.ok(first instanceof Echo);
  assert.equal(first.factory, factory);
  assert.notEqual(factory.buildProtocol(ADDRESS), first);
});

test("Factory.buildProtocol, makes protocols of a class that a subclass names", () => {
  class Echoes extends ServerFactory<Echo> {
    override protocol = Echo;
  }
  assert.ok(new Echoes().buildProtocol(ADDRESS) instanceof Echo);
});

test("Factory.buildProtocol, refuses, without a class", () => {
  assert.throws(() => new Factory().buildProtocol(ADDRESS), {
    name: "TypeError",
    message:
      /^Cannot build a protocol: .*Factory.* has no protocol class, expected one, or buildProtocol to be overridden$/s,
  });
});

test("Factory.forProtocol, makes a factory of the class it is called on, with its arguments", () => {
  const factory = Greeters.forProtocol(Echo, "hello");
  assert.ok(factory instanceof Greeters);
  assert.equal(factory.greet(), "hello");
  assert.equal(factory.protocol, Echo);
});

test("Factory.forProtocol, is typed by the class it is called on, and by the protocol", () => {
  const factory = ClientFactory.forProtocol(Echo);
  expectTypeOf(factory).toEqualTypeOf<ClientFactory<Echo>>();
  expectTypeOf(Factory.forProtocol(Echo)).toEqualTypeOf<Factory<Echo>>();
  expectTypeOf(factory.buildProtocol(ADDRESS)).toEqualTypeOf<Echo | null>();
  const greeters = Greeters.forProtocol(Echo, "hello");
  expectTypeOf(greeters).toExtend<Greeters>();
  expectTypeOf(greeters.buildProtocol(ADDRESS)).toEqualTypeOf<Echo | null>();
  class Echoes extends Factory<Echo> {}
  expectTypeOf(Echoes.forProtocol(Echo)).toEqualTypeOf<Echoes>();
  // @ts-expect-error its protocols are to be Echoes
  assert.equal(Echoes.forProtocol(Protocol).protocol, Protocol);
});

test("Factory.doStart and doStop, start it for the first port and stop it after the last", () => {
  const factory = new Noting();
  factory.doStart();
  factory.doStart();
  assert.equal(factory.numPorts, 2);
  factory.doStop();
  assert.deepEqual(factory.events, ["start 0"]);
  factory.doStop();
  assert.deepEqual(factory.events, ["start 0", "stop 0"]);
  factory.doStop();
  assert.equal(factory.numPorts, 0);
  assert.deepEqual(factory.events, ["start 0", "stop 0"]);
});

test("Factory, logs that it starts and stops, if it is noisy", () => {
  const logs = capturedLogs();
  for (const noisy of [true, false]) {
    const factory = new Noting();
    factory.noisy = noisy;
    factory.doStart();
    factory.doStop();
  }
  logs.stop();
  const texts = logs.map((event) => [event.logFormat, String(event["factory"])]);
  assert.deepEqual(texts, [
    ["Starting factory {factory}", "<Noting>"],
    ["Stopping factory {factory}", "<Noting>"],
  ]);
});

test("Factory.logPrefix, is the name of the class", () => {
  assert.equal(new Noting().logPrefix(), "Noting");
});

test("ClientFactory, lets everything happen, unless it is told what to do", () => {
  const connector = new FakeConnector(ADDRESS);
  const factory = ClientFactory.forProtocol(Echo);
  const reason = new Failure(new Error("no"));
  factory.startedConnecting(connector);
  factory.clientConnectionFailed(connector, reason);
  factory.clientConnectionLost(connector, reason);
  assert.equal(connector.state, new FakeConnector(ADDRESS).state);
});
