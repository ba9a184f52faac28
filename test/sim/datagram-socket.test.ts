import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { DatagramRecorder } from "../conformance/datagram-fixtures.ts";
import { NotSupportedByReactorError } from "../../src/reactor/errors.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import type { SimulatedHost } from "../../src/sim/simulated-host.ts";
import { CannotListenError } from "../../src/transport/errors.ts";

function recorderOn({ reactor }: SimulatedHost, port = 53): DatagramRecorder {
  const protocol = new DatagramRecorder();
  reactor.listenMulticast(port, protocol, { listenMultiple: true });
  return protocol;
}

test("DatagramSocket, of a program that is paused, keeps what there is room for", async () => {
  const net = new SimulatedNetwork({ record: true });
  const [a, b] = [net.host("a"), net.host("b")];
  const server = new DatagramRecorder();
  a.reactor.listenUDP(53, server, { maxPacketSize: 10_000 });
  const client = recorderOn(b);
  a.pause();
  for (let n = 0; n < 30; n++) client.transport.write(Buffer.alloc(10_000, n), { host: "10.0.0.1", port: 53 });
  await net.run({ for: 1 });
  assert.equal(server.datagrams.length, 0);
  a.resume();
  await net.run({ for: 1 });
  assert.equal(server.datagrams.length, 21);
  assert.ok(net.log().includes("the receiver has no room"));
});

test("DatagramSocket, of a program that has closed it or crashed, gets nothing any more", async () => {
  const net = new SimulatedNetwork();
  const [a, b] = [net.host("a"), net.host("b")];
  const server = recorderOn(a);
  const client = recorderOn(b);
  client.transport.write("before", { host: "10.0.0.1", port: 53 });
  await net.run({ for: 1 });
  a.pause();
  client.transport.write("while it is paused", { host: "10.0.0.1", port: 53 });
  await net.run({ for: 1 });
  a.kill();
  a.resume();
  client.transport.write("after", { host: "10.0.0.1", port: 53 });
  await net.run({ for: 1 });
  assert.deepEqual(server.texts, ["before"]);
});

test("DatagramSocket, is refused an address of another host, a port that is taken, and descriptors", () => {
  const { reactor } = new SimulatedNetwork().host("a");
  const listen = (port: number, address: string) =>
    reactor.listenUDP(port, new DatagramRecorder(), { interface: address });
  assert.throws(
    () => listen(0, "10.0.0.2"),
    (error) => error instanceof CannotListenError && error.osError === "EADDRNOTAVAIL",
  );
  listen(53, "10.0.0.1");
  assert.throws(
    () => listen(53, "0.0.0.0"),
    (error) => error instanceof CannotListenError && error.osError === "EADDRINUSE",
  );
  assert.throws(
    () => reactor.adoptDatagramPort(3, "ipv4", new DatagramRecorder()),
    (error) => error instanceof CannotListenError && error.cause instanceof NotSupportedByReactorError,
  );
});
