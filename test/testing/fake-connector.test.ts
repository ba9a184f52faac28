import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { FakeConnector } from "../../src/testing/fake-connector.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { NotConnectingError } from "../../src/transport/errors.ts";

const ADDRESS = new IPv4Address("TCP", "192.0.2.1", 80);

test("connect, makes an attempt, and is refused while there is one", () => {
  const attempts: FakeConnector[] = [];
  const connector = new FakeConnector(ADDRESS, (self) => attempts.push(self));
  assert.equal(connector.getDestination(), ADDRESS);
  assert.equal(connector.state, "disconnected");
  connector.connect();
  assert.equal(connector.state, "connecting");
  assert.throws(() => connector.connect(), InvalidStateError);
  connector.state = "connected";
  assert.throws(() => connector.connect(), /the connector is connected, expected disconnected/);
  assert.deepEqual(attempts, [connector]);
});

test("stopConnecting, is noted, and refused where nothing is connecting", () => {
  const connector = new FakeConnector(ADDRESS);
  assert.throws(() => connector.stopConnecting(), NotConnectingError);
  assert.equal(connector.stoppedConnecting, false);
  connector.connect();
  connector.stopConnecting();
  assert.equal(connector.stoppedConnecting, true);
  assert.equal(connector.state, "disconnected");
});

test("disconnect, stops connecting", () => {
  const connector = new FakeConnector(ADDRESS);
  connector.connect();
  connector.disconnect();
  assert.deepEqual([connector.disconnected, connector.stoppedConnecting], [true, true]);
});

test("disconnect, closes the connection where a test has made one", () => {
  const connector = new FakeConnector(ADDRESS);
  connector.connect();
  connector.state = "connected";
  const transport = new StringTransport();
  connector.transport = transport;
  connector.disconnect();
  assert.equal(transport.disconnecting, true);
  assert.equal(connector.state, "connected");
});

test("disconnect, is noted where the test only says that there is a connection", () => {
  const connector = new FakeConnector(ADDRESS);
  connector.state = "connected";
  connector.disconnect();
  assert.deepEqual(
    [connector.disconnected, connector.stoppedConnecting, connector.state],
    [true, false, "disconnected"],
  );
});
