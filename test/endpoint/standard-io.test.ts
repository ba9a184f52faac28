import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { clientFromString } from "../../src/endpoint/client-from-string.ts";
import { serverFromString } from "../../src/endpoint/server-from-string.ts";
import { StandardIOEndpoint } from "../../src/endpoint/standard-io.ts";
import { failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { PipeAddress } from "../../src/transport/address.ts";
import { NoProtocol } from "../../src/transport/errors.ts";
import { until } from "../conformance/running.ts";
import { RecordingFactory } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";

test("StandardIOEndpoint, listen and connect, connect a protocol at once", async () => {
  for (const how of ["listen", "connect"] as const) {
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    const endpoint = new StandardIOEndpoint(new MemoryReactor(), { stdin, stdout });
    const factory = new RecordingFactory();
    const result: unknown = successResultOf<unknown>(endpoint[how](factory));
    if (how === "connect") assert.equal(result, factory.only);
    assert.deepEqual([factory.only.events, factory.events], [["made"], []]);
    stdin.write("hello");
    await until(() => factory.only.text === "hello");
    factory.only.transport.loseConnection();
    await until(() => factory.only.lost !== undefined);
  }
});

test("StandardIOEndpoint, listen, answers a port that has had its connection", async () => {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough() };
  const factory = new RecordingFactory();
  const port = successResultOf(new StandardIOEndpoint(new MemoryReactor(), streams).listen(factory));
  assert.ok(port.getHost() instanceof PipeAddress);
  assert.equal(port.transport, factory.only.transport);
  assert.throws(() => port.startListening(), /it has its connection/);
  assert.equal(successResultOf(port.whenListening()), port);
  successResultOf(port.stopListening());
  assert.equal(port.transport.connected, true);
  port.transport.abortConnection();
  await until(() => factory.only.lost !== undefined);
  assert.match(failureResultOf(port.whenListening()).getErrorMessage(), /its connection is over/);
});

test("StandardIOEndpoint, a factory without a protocol or one that throws, fails", () => {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough() };
  const endpoint = new StandardIOEndpoint(new MemoryReactor(), streams);
  const none = { buildProtocol: () => null, doStart() {}, doStop() {} };
  failureResultOf(endpoint.listen(none), NoProtocol);
  failureResultOf(endpoint.connect(none), NoProtocol);
  const broken = {
    ...none,
    buildProtocol: (): null => {
      throw new RangeError("broken");
    },
  };
  failureResultOf(endpoint.listen(broken), RangeError);
});

test("stdio:, describes it on both sides, without arguments", () => {
  const reactor = new MemoryReactor();
  for (const text of ["stdio:", "stdio"]) {
    assert.ok(serverFromString(reactor, text) instanceof StandardIOEndpoint);
    assert.ok(clientFromString(reactor, text) instanceof StandardIOEndpoint);
  }
  for (const text of ["stdio:0", "stdio:in=0"]) {
    assert.throws(() => serverFromString(reactor, text), /have no arguments, expected "stdio:" alone/);
  }
});
