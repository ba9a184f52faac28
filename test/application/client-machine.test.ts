/** What Twisted's machine does as well is compared with it in test/interop/client-traces.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientMachine } from "../../src/application/client-machine.ts";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import type { StreamClientEndpoint } from "../../src/endpoint/endpoint.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { ConnectionDone, ConnectionRefusedError } from "../../src/transport/errors.ts";
import { assertNoResult, failureResultOf, resultsOf, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";
import { FakeClientEndpoint } from "./fake-endpoint.ts";

function machine(prepareConnection?: (protocol: Protocol) => unknown, protocol: new () => Protocol = Protocol) {
  const clock = new Clock();
  const endpoint = new FakeClientEndpoint();
  const client = new ClientMachine<Protocol>({
    endpoint,
    factory: Factory.forProtocol(protocol),
    retryPolicy: (failures) => failures,
    clock,
    prepareConnection,
  });
  return { clock, endpoint, client };
}

test("ClientMachine, goes from state to state", () => {
  const { clock, endpoint, client } = machine();
  const states: string[] = [client.state];
  const then = (step: () => unknown): void => {
    step();
    states.push(client.state);
  };
  then(() => client.start());
  then(() => endpoint.failed(new RangeError("no")));
  then(() => clock.advance(1));
  then(() => endpoint.connected());
  then(() => endpoint.transports[0]!.lost());
  then(() => clock.advance(1));
  then(() => endpoint.connected());
  then(() => void client.stop());
  then(() => client.start());
  then(() => void client.stop());
  then(() => endpoint.transports[1]!.lost());
  then(() => client.start());
  assert.equal(
    states.join(" "),
    "init connecting waiting connecting connected waiting connecting connected disconnecting restarting disconnecting stopped connecting",
  );
});

test("ClientMachine, waits longer with each failure, and forgets them when it is connected", () => {
  const { clock, endpoint, client } = machine();
  client.start();
  const waits: number[] = [];
  const wait = (): void => {
    const [call] = clock.getDelayedCalls();
    waits.push(call!.getTime() - clock.seconds());
    clock.advance(waits.at(-1)!);
  };
  for (let failure = 0; failure < 3; failure++) {
    endpoint.failed(new RangeError("no"));
    wait();
  }
  endpoint.connected().lost();
  wait();
  assert.deepEqual(waits, [1, 2, 3, 1]);
});

test("ClientMachine, takes an endpoint that throws for one that fails", () => {
  const clock = new Clock();
  const endpoint: StreamClientEndpoint = {
    connect: () => {
      throw new RangeError("thrown");
    },
  };
  const factory = Factory.forProtocol(Protocol);
  const client = new ClientMachine({ endpoint, factory, retryPolicy: () => 1, clock, prepareConnection: undefined });
  const connected = client.whenConnected(1);
  client.start();
  assert.equal(failureResultOf(connected, RangeError).message, "thrown");
  assert.equal(client.state, "waiting");
});

test("ClientMachine, closes a connection that its preparation refuses before it waits", () => {
  const { endpoint, client } = machine(() => {
    throw new RangeError("not this one");
  });
  client.start();
  const connected = client.whenConnected(1);
  const transport = endpoint.connected();
  assert.deepEqual(transport.calls, ["abort"]);
  assert.equal(client.state, "waiting");
  assert.equal(failureResultOf(connected, RangeError).message, "not this one");
});

test("ClientMachine, waits for a promise of the preparation", async () => {
  let ready = (): void => {};
  const { endpoint, client } = machine(() => new Promise<void>((resolve) => (ready = resolve)));
  client.start();
  const connected = client.whenConnected();
  endpoint.connected();
  assertNoResult(connected);
  ready();
  assert.ok((await connected) instanceof Protocol);
});

test("ClientMachine, takes a connection that is lost while it is prepared for a failure, with why it was lost", () => {
  const preparing: Deferred<void>[] = [];
  let cancelled = 0;
  const { clock, endpoint, client } = machine(() => {
    preparing.push(new Deferred<void>(() => cancelled++));
    return preparing.at(-1);
  });
  client.start();
  const [patient, impatient] = [client.whenConnected(), client.whenConnected(1)];
  endpoint.connected().lost();
  assert.equal(cancelled, 1);
  failureResultOf(impatient, ConnectionDone);
  assert.equal(client.state, "waiting");
  clock.advance(1);
  endpoint.connected();
  preparing[1]!.callback();
  assert.ok(successResultOf(patient) instanceof Protocol);
});

test("ClientMachine, does not take a lost connection for one, where the preparation ends well all the same", () => {
  const ended = new Deferred<undefined>((deferred) => deferred.callback(undefined));
  const { endpoint, client } = machine(() => ended);
  client.start();
  const connected = client.whenConnected(1);
  endpoint.connected().lost();
  failureResultOf(connected, ConnectionDone);
  assert.equal(client.state, "waiting");
});

test("ClientMachine, prepares no connection whose protocol has closed it at once", () => {
  class Shy extends Protocol {
    override connectionMade(): void {
      this.transport.abortConnection();
    }
  }
  let prepared = 0;
  const { endpoint, client } = machine(() => prepared++, Shy);
  client.start();
  const connected = client.whenConnected(1);
  // The attempt is cancelled by the loss; a real endpoint says nothing more.
  endpoint.made();
  assert.equal(prepared, 0);
  failureResultOf(connected, ConnectionDone);
  assert.equal(client.state, "waiting");
});

test("ClientMachine, stopped while it prepares, closes the connection and has stopped", () => {
  const { endpoint, client } = machine(() => new Deferred<void>());
  client.start();
  const connected = client.whenConnected();
  const transport = endpoint.connected();
  const stopped = client.stop();
  assert.deepEqual(transport.calls, ["abort"]);
  failureResultOf(connected, CancelledError);
  assert.equal(successResultOf(stopped), undefined);
  assert.equal(client.state, "stopped");
});

test("ClientMachine, stopped while it prepares what cannot be cancelled, closes the connection when that is over", () => {
  const preparing = new Deferred<undefined>((deferred) => deferred.callback(undefined));
  const { endpoint, client } = machine(() => preparing);
  client.start();
  const transport = endpoint.connected();
  const stopped = client.stop();
  assert.deepEqual(transport.calls, ["lose"]);
  assertNoResult(stopped);
  transport.lost();
  assert.equal(client.state, "stopped");
  assert.equal(successResultOf(stopped), undefined);
});

test("ClientMachine, started again while an attempt takes its time to be cancelled, connects when it is over", () => {
  const cleaned = new Deferred<void>();
  const { endpoint, client } = machine(() => new Deferred<void>().addErrback(() => cleaned));
  client.start();
  const transport = endpoint.connected();
  const stopped = client.stop();
  client.start();
  assert.equal(client.state, "restarting");
  cleaned.errback(new RangeError("cleaned"));
  assert.deepEqual(transport.calls, ["abort"]);
  assert.equal(client.state, "connecting");
  assert.equal(endpoint.attempts.length, 2);
  successResultOf(stopped);
});

test("ClientMachine, stays stopped where whoever waited for a stop stops it again", () => {
  const { endpoint, client } = machine();
  client.start();
  const transport = endpoint.connected();
  const results: string[] = [];
  client.stop().addCallback(() => client.stop().addCallback(() => results.push("again")));
  client.start();
  transport.lost();
  assert.deepEqual(results, ["again"]);
  assert.equal(client.state, "stopped");
  assert.equal(endpoint.attempts.length, 1);
});

test("ClientMachine, connects once where whoever waited for a stop stops and starts it again", () => {
  const { endpoint, client } = machine();
  client.start();
  const transport = endpoint.connected();
  client.stop().addCallback(() => {
    void client.stop();
    client.start();
  });
  client.start();
  transport.lost();
  assert.equal(client.state, "connecting");
  assert.equal(endpoint.attempts.length, 2);
});

test("ClientMachine, keeps the new life of one that is started by whoever is told that there will be no connection", () => {
  const { clock, endpoint, client } = machine();
  client.start();
  endpoint.failed(new RangeError("no"));
  client.whenConnected().addErrback(() => client.start());
  void client.stop();
  assert.equal(client.state, "connecting");
  assert.deepEqual(clock.getDelayedCalls(), []);
  endpoint.failed(new RangeError("no"));
  assert.equal(clock.getDelayedCalls().length, 1);
});

test("ClientMachine, forgets who does not wait any more", () => {
  const { endpoint, client } = machine();
  client.start();
  const [one, other] = [client.whenConnected(1), client.whenConnected(1)];
  one.cancel();
  failureResultOf(one, CancelledError);
  endpoint.failed(new ConnectionRefusedError("no"));
  failureResultOf(other, ConnectionRefusedError);
  assert.deepEqual(resultsOf(client.whenConnected()), []);
});
