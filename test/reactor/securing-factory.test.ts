import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { SecuringFactory } from "../../src/reactor/securing-factory.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import { until } from "../conformance/running.ts";
import { Recorder, RecordingClientFactory, RecordingFactory } from "../conformance/stream-fixtures.ts";
import { clientContext, serverContext } from "../conformance/tls-fixtures.ts";
import "../support/quiet-logs.ts";

const address = new IPv4Address("TCP", "127.0.0.1", 1);

test("SecuringFactory, starts TLS before the protocol is connected, and is gone then", async () => {
  const servers = new RecordingFactory();
  const clients = new RecordingClientFactory();
  const pump = connectedPair(
    new SecuringFactory(servers, serverContext(), { isClient: false, engine: "node" }).buildProtocol(address)!,
    new SecuringFactory(clients, clientContext(), { isClient: true, engine: "node" }).buildProtocol(address)!,
  );
  assert.equal(pump.serverTransport.protocol, servers.only);
  clients.only.transport.write("hello");
  await until(() => servers.only.text === "hello");
  assert.equal(pump.clientTransport.getTLSVersion(), "TLSv1.3");
  pump.clientTransport.loseConnection();
  await until(() => servers.only.lost !== undefined && clients.only.lost !== undefined);
});

test("SecuringFactory, tells the factory everything; one for servers need not listen", () => {
  const clients = new RecordingClientFactory();
  const connector = { state: "connecting" } as never;
  const factory = new SecuringFactory(clients, clientContext(), {});
  factory.doStart();
  factory.startedConnecting(connector);
  factory.clientConnectionFailed(connector, new Failure(new ConnectionDone()));
  factory.clientConnectionLost(connector, new Failure(new ConnectionDone()));
  factory.doStop();
  assert.deepEqual(clients.events, ["start", "connecting connecting", "failed connecting", "lost connecting", "stop"]);
  const servers = new RecordingFactory();
  servers.buildProtocol = () => null;
  const serving = new SecuringFactory(servers, serverContext(), {});
  serving.startedConnecting(connector);
  assert.equal(serving.buildProtocol(address), null);
});

test("SecuringFactory, a protocol for which TLS cannot be started is lost for that reason", async () => {
  const servers = new RecordingFactory();
  const context = clientContext();
  const pump = connectedPair(
    new SecuringFactory(servers, context, { isClient: false }).buildProtocol(address)!,
    new Recorder(),
  );
  await until(() => servers.only.lost !== undefined);
  assert.match(servers.only.lost!.getErrorMessage(), /no certificate/);
  assert.equal(pump.serverTransport.protocol.logPrefix?.(), "Recorder");
  pump.serverTransport.protocol.dataReceived(Buffer.from("nobody hears this"));
  assert.deepEqual(servers.only.events, ["lost"]);
});
