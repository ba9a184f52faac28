import assert from "node:assert/strict";
import { test } from "node:test";
import { MultiService } from "../../src/application/multi-service.ts";
import { StreamServerEndpointService } from "../../src/application/stream-server-endpoint-service.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";
import { FakeServerEndpoint, FakeServerPort } from "./fake-endpoint.ts";

function server(options?: { raiseSynchronously: boolean }) {
  const endpoint = new FakeServerEndpoint();
  const factory = Factory.forProtocol(Protocol);
  return { endpoint, factory, service: new StreamServerEndpointService(endpoint, factory, options) };
}

test("StreamServerEndpointService, listens from its privileged start on, once", () => {
  const { endpoint, factory, service } = server();
  service.privilegedStartService();
  assert.equal(service.running, false);
  service.startService();
  assert.equal(service.running, true);
  assert.deepEqual(endpoint.factories, [factory]);
});

test("StreamServerEndpointService, listens from its start on, where there was no privileged one", () => {
  const { endpoint, service } = server();
  service.startService();
  assert.equal(endpoint.requests.length, 1);
});

test("StreamServerEndpointService, has stopped when its port is closed", () => {
  const { endpoint, service } = server();
  service.startService();
  const port = new FakeServerPort();
  endpoint.requests[0]!.callback(port);
  const stopped = service.stopService();
  assert.equal(service.running, true);
  assertNoResult(stopped);
  port.closings[0]!.callback();
  assert.equal(successResultOf(stopped), undefined);
  assert.equal(service.running, false);
});

test("StreamServerEndpointService, stopped before it listens, gives that up and says nothing", () => {
  const { endpoint, service } = server();
  const logs = capturedLogs();
  service.startService();
  const waiting = service.waitForListening();
  const stopped = service.stopService();
  assert.equal(endpoint.cancelled, 1);
  assert.equal(successResultOf(stopped), undefined);
  failureResultOf(waiting, CancelledError);
  assert.deepEqual(logs, []);
  logs.stop();
});

test("StreamServerEndpointService, logs why it cannot listen, and can be stopped", () => {
  const { endpoint, service } = server();
  endpoint.error = new RangeError("no port");
  const logs = capturedLogs();
  service.startService();
  assert.deepEqual(
    logs.map(({ logFormat }) => logFormat),
    ["Cannot listen on {endpoint}"],
  );
  logs.stop();
  failureResultOf(service.waitForListening(), RangeError);
  assert.equal(successResultOf(service.stopService()), undefined);
});

test("StreamServerEndpointService, tells who waits why it cannot listen, and does not log it", () => {
  const { endpoint, service } = server();
  const logs = capturedLogs();
  service.startService();
  const waiting = service.waitForListening();
  endpoint.requests[0]!.errback(new RangeError("no port"));
  failureResultOf(waiting, RangeError);
  assert.deepEqual(logs, []);
  logs.stop();
});

test("StreamServerEndpointService, passes over who is cancelled by another who was told first", () => {
  for (const error of [undefined, new RangeError("no port")]) {
    const { endpoint, service } = server();
    service.startService();
    const waiting = service.waitForListening().addBoth(() => second.cancel());
    const second = service.waitForListening();
    const third = service.waitForListening();
    if (error === undefined) endpoint.requests[0]!.callback(new FakeServerPort());
    else endpoint.requests[0]!.errback(error);
    successResultOf(waiting);
    failureResultOf(second, CancelledError);
    if (error === undefined) successResultOf(third);
    else failureResultOf(third, RangeError);
  }
});

test("StreamServerEndpointService, throws what it learns at once, where it is told to", () => {
  const { endpoint, service } = server({ raiseSynchronously: true });
  endpoint.error = new RangeError("no port");
  const logs = capturedLogs();
  assert.throws(() => service.privilegedStartService(), RangeError);
  assert.deepEqual(logs, []);
  logs.stop();
});

test("StreamServerEndpointService, logs what it learns later, also where it is told to throw", () => {
  const { endpoint, service } = server({ raiseSynchronously: true });
  service.privilegedStartService();
  const logs = capturedLogs();
  endpoint.requests[0]!.errback(new RangeError("no port"));
  assert.equal(logs.length, 1);
  logs.stop();
});

test("StreamServerEndpointService, tells who waits when it listens, before and after", () => {
  const { endpoint, service } = server();
  const [before, cancelled] = [service.waitForListening(), service.waitForListening()];
  cancelled.cancel();
  failureResultOf(cancelled, CancelledError);
  service.startService();
  const port = new FakeServerPort();
  endpoint.requests[0]!.callback(port);
  assert.equal(successResultOf(before), port);
  assert.equal(successResultOf(service.waitForListening()), port);
  void service.stopService();
  assertNoResult(service.waitForListening());
});

test("StreamServerEndpointService, stopped twice, tells both when it is closed", () => {
  const { endpoint, service } = server();
  service.startService();
  const port = new FakeServerPort();
  endpoint.requests[0]!.callback(port);
  const [first, second] = [service.stopService(), service.stopService()];
  assertNoResult(second);
  port.closings[0]!.callback();
  successResultOf(first);
  successResultOf(second);
  successResultOf(service.stopService());
});

test("StreamServerEndpointService, started again, listens when what it had is closed", () => {
  const { endpoint, service } = server();
  service.startService();
  const port = new FakeServerPort();
  endpoint.requests[0]!.callback(port);
  void service.stopService();
  service.startService();
  assert.equal(endpoint.requests.length, 1);
  port.closings[0]!.callback();
  assert.equal(endpoint.requests.length, 2);
  assert.equal(service.running, true);
  const next = new FakeServerPort();
  endpoint.requests[1]!.callback(next);
  assert.equal(successResultOf(service.waitForListening()), next);
});

test("StreamServerEndpointService, stopped again before it could listen again, does not", () => {
  const { endpoint, service } = server();
  service.startService();
  const port = new FakeServerPort();
  endpoint.requests[0]!.callback(port);
  void service.stopService();
  service.startService();
  successResultOf(service.stopService());
  port.closings[0]!.callback();
  assert.equal(endpoint.requests.length, 1);
  assert.equal(service.running, false);
});

test("StreamServerEndpointService, hands on that its port cannot be closed", () => {
  const { endpoint, service } = server();
  service.startService();
  const port = new FakeServerPort();
  endpoint.requests[0]!.callback(port);
  const stopped = service.stopService();
  port.closings[0]!.errback(new RangeError("stuck"));
  failureResultOf(stopped, RangeError);
  assert.equal(service.running, false);
});

test("StreamServerEndpointService, that was never started, is stopped at once", () => {
  successResultOf(server().service.stopService());
});

test("StreamServerEndpointService, disposed of after its privileged start, does not listen any more", async () => {
  const { endpoint, service } = server();
  service.setServiceParent(new MultiService());
  service.privilegedStartService();
  await service[Symbol.asyncDispose]();
  assert.equal(endpoint.cancelled, 1);
  assert.equal(service.parent, undefined);
});
