import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeReactor } from "../../../src/reactor/node/node-reactor.ts";
import { SocketPort } from "../../../src/reactor/node/socket-port.ts";
import type { InternetAddress } from "../../../src/transport/address.ts";
import { running, until } from "../../conformance/running.ts";
import { RecordingClientFactory, RecordingFactory } from "../../conformance/stream-fixtures.ts";

test("SocketPort, goes on after an error about one connection", async () => {
  await running(
    () => new NodeReactor(),
    async (reactor) => {
      const factory = new RecordingFactory();
      const place = { kind: "tcp", host: "127.0.0.1", port: 0, backlog: 5, interface: "127.0.0.1" } as const;
      const port = new SocketPort(place, factory, reactor as NodeReactor);
      port.startListening();
      await port.whenListening();
      const clients = new RecordingClientFactory();
      reactor.connectTCP("127.0.0.1", (port.getHost() as InternetAddress).port, clients);
      await until(() => clients.protocols.length === 1 && factory.protocols.length === 1);
      assert.equal(factory.events.join(), "start");
    },
  );
});

test("SocketPort, closed at once, starts its factory as often as it stops it", async () => {
  await running(
    () => new NodeReactor(),
    async (reactor) => {
      const factory = new RecordingFactory();
      const port = reactor.listenTCP(0, factory, { interface: "127.0.0.1" });
      await port.stopListening();
      assert.equal(factory.numPorts, 0);
      port.startListening();
      await port.whenListening();
      assert.equal(factory.numPorts, 1);
    },
  );
});
