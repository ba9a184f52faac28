import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { UNIXConnector } from "../../src/reactor/unix-connector.ts";
import type { StreamDialer } from "../../src/reactor/stream-dialer.ts";
import { RecordingClientFactory } from "../conformance/stream-fixtures.ts";

test("UNIXConnector, dials its path, or fails at once where the lock says that nobody listens", async () => {
  const dialled: string[] = [];
  const dialer: StreamDialer = {
    dialTCP: () => assert.fail("this is UNIX"),
    dialUNIX: (path) => {
      dialled.push(path);
      return { cancel: () => dialled.push("cancelled") };
    },
  };
  const reactor = new NodeReactor();
  const clients = new RecordingClientFactory();
  const connector = new UNIXConnector(reactor, dialer, "/nowhere/socket", clients, { timeout: 0 });
  connector.connect();
  assert.equal(String(connector.getDestination()), 'UNIXAddress("/nowhere/socket")');
  connector.stopConnecting();
  assert.deepEqual(dialled, ["/nowhere/socket", "cancelled"]);
});
