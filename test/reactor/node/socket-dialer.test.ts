import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeReactor } from "../../../src/reactor/node/node-reactor.ts";
import type { InternetAddress } from "../../../src/transport/address.ts";
import { running, until } from "../../conformance/running.ts";
import { RecordingClientFactory, RecordingFactory } from "../../conformance/stream-fixtures.ts";

test("SocketDialer.dialTCP, stopped while it connects, closes the attempt", async () => {
  await running(
    () => new NodeReactor(),
    async (reactor) => {
      const servers = new RecordingFactory();
      const port = await reactor.listenTCP(0, servers, { interface: "127.0.0.1" }).whenListening();
      const clients = new RecordingClientFactory();
      const connector = reactor.connectTCP("localhost", (port.getHost() as InternetAddress).port, clients, {
        bindAddress: { host: "127.0.0.1", port: 0 },
      });
      // The name is found in one turn, the connection made in a later one.
      await until(() => connector.state === "connected" || reactor.getDelayedCalls().length === 1);
      if (connector.state === "connecting") connector.stopConnecting();
      else connector.disconnect();
      await until(() => clients.events.includes("stop"));
      assert.equal(connector.state, "disconnected");
    },
  );
});

test("SocketDialer.dialUNIX, to what the system refuses, fails and throws nothing", async () => {
  await running(
    () => new NodeReactor(),
    async (reactor) => {
      const clients = new RecordingClientFactory();
      reactor.connectUNIX(`/tmp/${"too-long-for-a-socket".repeat(20)}`, clients);
      await until(() => clients.events.includes("stop"));
      assert.match(clients.error ?? "", /ConnectError|BadFileError/);
    },
  );
});
