import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientService } from "../../src/application/client-service.ts";
import { Clock } from "../../src/clock/clock.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { failureResultOf, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";
import { FakeClientEndpoint } from "./fake-endpoint.ts";

function service(prepareConnection?: (protocol: Protocol) => unknown) {
  const clock = new Clock();
  const endpoint = new FakeClientEndpoint();
  const client = new ClientService(endpoint, Factory.forProtocol(Protocol), {
    clock,
    retryPolicy: () => 2,
    ...(prepareConnection === undefined ? {} : { prepareConnection }),
  });
  return { clock, endpoint, client };
}

test("ClientService, connects when it is started, and closes the connection when it is stopped", () => {
  const { endpoint, client } = service();
  const connected = client.whenConnected();
  assert.equal(endpoint.attempts.length, 0);
  client.startService();
  assert.equal(client.running, true);
  const transport = endpoint.connected();
  const protocol: Protocol = successResultOf(connected);
  assert.equal(protocol.transport, transport);
  assert.equal(successResultOf(client.whenConnected()), protocol);
  const stopped = client.stopService();
  assert.equal(client.running, false);
  assert.deepEqual(transport.calls, ["lose"]);
  transport.lost();
  assert.equal(successResultOf(stopped), undefined);
  failureResultOf(client.whenConnected(), CancelledError);
});

test("ClientService, gives the protocol itself to what prepares the connection", () => {
  const prepared: Protocol[] = [];
  const { endpoint, client } = service((protocol) => prepared.push(protocol));
  client.startService();
  endpoint.connected();
  assert.equal(successResultOf(client.whenConnected()), prepared[0]);
});

test("ClientService, started twice, warns and goes on", () => {
  const { endpoint, client } = service();
  client.startService();
  const logs = capturedLogs();
  client.startService();
  assert.deepEqual(
    logs.map(({ logFormat }) => logFormat),
    ["The client service runs already: it was started twice"],
  );
  logs.stop();
  assert.equal(endpoint.attempts.length, 1);
});

test("ClientService, waits as its policy says, by default as backoffPolicy does", () => {
  const clock = new Clock();
  const endpoint = new FakeClientEndpoint();
  const client = new ClientService(endpoint, Factory.forProtocol(Protocol), { clock });
  client.startService();
  endpoint.failed(new RangeError("no"));
  const [call] = clock.getDelayedCalls();
  assert.ok(call!.getTime() >= 1.5 && call!.getTime() < 2.5);
});

test("ClientService, refuses to wait for no number of failures", () => {
  const { client } = service();
  for (const wrong of [0, -1, 1.5, Number.NaN]) assert.throws(() => client.whenConnected(wrong), RangeError);
});

test("ClientService, aborted while it stops, has stopped", () => {
  const { endpoint, client } = service();
  client.startService();
  const transport = endpoint.connected();
  client.abortService();
  assert.deepEqual(transport.calls, []);
  const stopped = client.stopService();
  client.abortService();
  assert.deepEqual(transport.calls, ["lose", "abort"]);
  successResultOf(stopped);
});

test("ClientService, disposed of, has closed its connection", async () => {
  const { endpoint, client } = service();
  client.startService();
  const transport = endpoint.connected();
  const disposed = client[Symbol.asyncDispose]();
  assert.deepEqual(transport.calls, ["lose"]);
  transport.lost();
  await disposed;
});
