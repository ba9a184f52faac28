import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { ReconnectingClientFactory } from "../../src/protocol/reconnecting-client-factory.ts";
import { FakeConnector } from "../../src/testing/fake-connector.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone, ConnectionRefusedError } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

const ADDRESS = new IPv4Address("TCP", "127.0.0.1", 8007);
const REFUSED = new Failure(new ConnectionRefusedError());
const DONE = new Failure(new ConnectionDone());

class Echo extends Protocol {}

/** A factory without randomness, with a connector whose attempts are noted with their time. */
function newFactory(): { clock: Clock; factory: ReconnectingClientFactory; connector: FakeConnector; at: number[] } {
  const clock = new Clock();
  const factory = ReconnectingClientFactory.forProtocol(Echo, clock);
  factory.jitter = 0;
  const at: number[] = [];
  const connector = new FakeConnector(ADDRESS, () => at.push(clock.seconds()));
  return { clock, factory, connector, at };
}

function fail({ factory, connector }: Pick<ReturnType<typeof newFactory>, "factory" | "connector">): void {
  connector.state = "disconnected";
  factory.clientConnectionFailed(connector, REFUSED);
}

function nextWait(clock: Clock): number {
  const [call, ...others] = clock.getDelayedCalls();
  assert.deepEqual(others, []);
  return call!.getTime() - clock.seconds();
}

test("ReconnectingClientFactory, connects again after longer and longer waits, up to the longest", () => {
  const all = newFactory();
  const { clock, factory, at } = all;
  factory.factor = 2;
  factory.maxDelay = 10;
  const waits: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    fail(all);
    waits.push(nextWait(clock));
    clock.advance(waits.at(-1)!);
  }
  assert.deepEqual(waits, [2, 4, 8, 10, 10]);
  assert.deepEqual(at, [2, 6, 14, 24, 34]);
  assert.equal(factory.retries, 5);
});

test("ReconnectingClientFactory, has the numbers of Twisted", () => {
  const { factory } = newFactory();
  const { initialDelay, maxDelay, factor, maxRetries } = new ReconnectingClientFactory(factory.clock);
  assert.deepEqual(
    { initialDelay, maxDelay, factor, maxRetries },
    {
      initialDelay: 1,
      maxDelay: 3600,
      factor: Math.E,
      maxRetries: null,
    },
  );
  assert.equal(new ReconnectingClientFactory(factory.clock).jitter, 0.119626565582);
});

test("ReconnectingClientFactory, connects again, when a connection is lost", () => {
  const { clock, factory, connector, at } = newFactory();
  factory.clientConnectionLost(connector, DONE);
  assert.equal(factory.connector, connector);
  assert.deepEqual(at, []);
  clock.advance(3);
  assert.equal(at.length, 1);
});

test("ReconnectingClientFactory, begins with the wait that a subclass has", () => {
  class Patient extends ReconnectingClientFactory {
    override initialDelay = 100;
    override jitter = 0;
    override factor = 2;
  }
  const clock = new Clock();
  const factory = new Patient(clock);
  assert.equal(factory.delay, 100);
  factory.clientConnectionFailed(new FakeConnector(ADDRESS), REFUSED);
  assert.equal(nextWait(clock), 200);
});

test("ReconnectingClientFactory.delay, can be set, to go on from there", () => {
  const { clock, factory, connector } = newFactory();
  factory.factor = 2;
  factory.delay = 30;
  factory.clientConnectionLost(connector, DONE);
  assert.equal(nextWait(clock), 60);
  assert.equal(factory.delay, 60);
});

test("ReconnectingClientFactory, gives up after maxRetries", () => {
  const all = newFactory();
  const { clock, factory, at } = all;
  factory.maxRetries = 2;
  for (let attempt = 0; attempt < 4; attempt++) {
    fail(all);
    clock.advance(100);
  }
  assert.equal(at.length, 2);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("ReconnectingClientFactory.resetDelay, begins with short waits and no retries again", () => {
  const all = newFactory();
  const { clock, factory } = all;
  factory.factor = 2;
  fail(all);
  clock.advance(2);
  fail(all);
  clock.advance(4);
  factory.resetDelay();
  assert.equal(factory.delay, 1);
  assert.equal(factory.retries, 0);
  fail(all);
  assert.equal(nextWait(clock), 2);
});

test("ReconnectingClientFactory.stopTrying, ends the wait for the next attempt", () => {
  const { clock, factory, connector, at } = newFactory();
  factory.clientConnectionLost(connector, DONE);
  factory.stopTrying();
  assert.deepEqual(clock.getDelayedCalls(), []);
  assert.equal(factory.continueTrying, false);
  factory.clientConnectionFailed(connector, REFUSED);
  clock.advance(100);
  assert.deepEqual(at, []);
});

test("ReconnectingClientFactory.stopTrying, ends an attempt, which is not repeated", () => {
  const { clock, factory, at } = newFactory();
  const connector: FakeConnector = new FakeConnector(ADDRESS, () => at.push(clock.seconds()));
  connector.stopConnecting = () => factory.clientConnectionFailed(connector, REFUSED);
  factory.clientConnectionLost(connector, DONE);
  clock.advance(3);
  factory.stopTrying();
  clock.advance(100);
  assert.equal(at.length, 1);
});

test("ReconnectingClientFactory.stopTrying, leaves a connection as it is", () => {
  const { factory, connector } = newFactory();
  factory.stopTrying();
  factory.connector = connector;
  connector.state = "connected";
  factory.stopTrying();
  assert.equal(connector.state, "connected");
  assert.equal(connector.disconnected, false);
  factory.clientConnectionLost(connector, DONE);
  assert.deepEqual(factory.clock.getDelayedCalls(), []);
});

test("ReconnectingClientFactory.stopTrying, does not hide what is wrong with the connector", () => {
  const { factory, connector } = newFactory();
  connector.stopConnecting = () => {
    throw new RangeError("broken");
  };
  factory.connector = connector;
  assert.throws(() => factory.stopTrying(), RangeError);
});

test("ReconnectingClientFactory.resetDelay, makes it try again, after stopTrying", () => {
  const { clock, factory, connector } = newFactory();
  factory.stopTrying();
  factory.resetDelay();
  factory.clientConnectionLost(connector, DONE);
  assert.equal(clock.getDelayedCalls().length, 1);
});

test("ReconnectingClientFactory.retry, connects with the connector that it is given, or the last one", () => {
  const { clock, factory, connector, at } = newFactory();
  assert.throws(() => factory.retry(), InvalidStateError);
  assert.equal(factory.retries, 0);
  factory.retry(connector);
  clock.advance(3);
  assert.equal(at.length, 1);
  connector.state = "disconnected";
  factory.connector = connector;
  factory.retry();
  clock.advance(8);
  assert.equal(at.length, 2);
});

test("ReconnectingClientFactory.jitter, spreads the waits as a normal distribution does", () => {
  const { factory, connector } = newFactory();
  factory.jitter = 0.1;
  let seed = 1;
  factory.random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return (seed - 1) / 2_147_483_646;
  };
  const waits = Array.from({ length: 4000 }, () => {
    factory.delay = 100 / Math.E;
    factory.retry(connector);
    return factory.delay;
  });
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  const variance = waits.reduce((sum, wait) => sum + (wait - mean) ** 2, 0) / waits.length;
  assert.ok(Math.abs(mean - 100) < 0.5, `mean ${mean}`);
  assert.ok(Math.abs(Math.sqrt(variance) - 10) < 0.5, `deviation ${Math.sqrt(variance)}`);
  const within = waits.filter((wait) => Math.abs(wait - 100) < 10).length / waits.length;
  assert.ok(Math.abs(within - 0.683) < 0.03, `within one deviation ${within}`);
});

test("ReconnectingClientFactory, waits no time at all, where the randomness would make it less", () => {
  const { clock, factory, connector } = newFactory();
  factory.jitter = 10;
  // The cosine of half a circle is -1.
  factory.random = () => 0.5;
  factory.retry(connector);
  assert.equal(nextWait(clock), 0);
});

test("ReconnectingClientFactory, says what it does, if it is noisy", () => {
  const logs = capturedLogs();
  for (const noisy of [true, false]) {
    const { clock, factory, connector } = newFactory();
    connector.toString = () => "echo";
    factory.noisy = noisy;
    factory.factor = 2;
    factory.maxRetries = 1;
    factory.retry(connector);
    clock.advance(2);
    factory.retry(connector);
    factory.stopTrying();
    factory.retry(connector);
  }
  logs.stop();
  assert.deepEqual(
    logs.map((event) => formatEvent(event)),
    ["echo will retry in 2 seconds", "Abandoning echo after 2 retries", "Abandoning echo on explicit request"],
  );
});
