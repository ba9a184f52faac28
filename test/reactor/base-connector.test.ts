/** A connector whose attempts the test decides. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { BaseConnector } from "../../src/reactor/base-connector.ts";
import type { Attempt, AttemptResult } from "../../src/reactor/base-connector.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { HostnameAddress } from "../../src/transport/address.ts";
import type { Address } from "../../src/transport/address.ts";
import { ConnectionLost } from "../../src/transport/errors.ts";
import { RecordingClientFactory } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";

class ManualConnector extends BaseConnector {
  result: AttemptResult | undefined = undefined;
  cancelled = 0;

  override getDestination(): Address {
    return new HostnameAddress("db.example", 5432);
  }

  protected override attempt(result: AttemptResult): Attempt {
    this.result = result;
    return { cancel: () => this.cancelled++ };
  }
}

function make(timeout = 0): { connector: ManualConnector; clients: RecordingClientFactory; reactor: NodeReactor } {
  const clients = new RecordingClientFactory();
  const reactor = new NodeReactor();
  return { connector: new ManualConnector(reactor, clients, timeout), clients, reactor };
}

test("BaseConnector, without a time limit, sets no timer; with one it does, and takes it back", () => {
  const free = make();
  free.connector.connect();
  assert.equal(free.reactor.getDelayedCalls().length, 0);
  const limited = make(5);
  limited.connector.connect();
  assert.equal(limited.reactor.getDelayedCalls().length, 1);
  limited.connector.result?.failed(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
  assert.equal(limited.reactor.getDelayedCalls().length, 0);
  assert.equal(limited.clients.error, "ConnectionRefusedError");
});

test("BaseConnector.stopConnecting, cancels the attempt and says where it was going", () => {
  const { connector, clients } = make();
  connector.connect();
  connector.stopConnecting();
  assert.equal(connector.cancelled, 1);
  assert.match(clients.failure?.getErrorMessage() ?? "", /Connecting to HostnameAddress\('db\.example', 5432\)/);
  connector.disconnect();
});

test("BaseConnector.closeNow, while connecting, fails for that reason", () => {
  const { connector, clients } = make();
  connector.closeNow(new Failure(new ConnectionLost("early")));
  assert.deepEqual(clients.events, []);
  connector.connect();
  connector.closeNow(new Failure(new ConnectionLost("shutdown")));
  assert.equal(clients.failure?.getErrorMessage(), "shutdown");
});

test("BaseConnector, logs a factory that throws, and goes on", () => {
  const logs = capturedLogs();
  const { connector, clients } = make();
  clients.onFailed = () => {
    throw new Error("a broken answer");
  };
  clients.stopFactory = () => {
    throw new Error("a broken end");
  };
  connector.connect();
  connector.stopConnecting();
  logs.stop();
  assert.deepEqual(
    logs.map((event) => event.logFailure?.getErrorMessage()),
    ["a broken answer", "a broken end"],
  );
  assert.equal(connector.state, "disconnected");
});

test("BaseConnector.connect, from clientConnectionFailed, keeps the factory started", () => {
  const { connector, clients } = make();
  let again = 1;
  clients.onFailed = () => {
    if (again-- > 0) connector.connect();
  };
  connector.connect();
  connector.result?.failed(new Error("first"));
  assert.equal(connector.state, "connecting");
  connector.result?.failed(new Error("second"));
  const once = ["connecting connecting", "failed disconnected"];
  assert.deepEqual(clients.events, ["start", ...once, ...once, "stop"]);
});
