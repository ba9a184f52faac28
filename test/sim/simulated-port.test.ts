import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { RecordingClientFactory, RecordingFactory } from "../conformance/stream-fixtures.ts";
import { NotSupportedByReactorError } from "../../src/reactor/errors.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { CannotListenError } from "../../src/transport/errors.ts";

test("SimulatedPort, an address of another host and a port that is taken, are refused at once", () => {
  const { reactor } = new SimulatedNetwork().host("a");
  const listen = (address: string, port: number) =>
    reactor.listenTCP(port, new RecordingFactory(), { interface: address });
  assert.throws(
    () => listen("10.0.0.2", 80),
    (error) => error instanceof CannotListenError && error.osError === "EADDRNOTAVAIL",
  );
  listen("10.0.0.1", 80);
  assert.throws(
    () => listen("", 80),
    (error) => error instanceof CannotListenError && error.osError === "EADDRINUSE",
  );
});

test("SimulatedPort, hosts have ports of their own", () => {
  const net = new SimulatedNetwork();
  for (const name of ["a", "b"]) net.host(name).reactor.listenTCP(80, new RecordingFactory());
});

test("SimulatedPort, on all IPv6 addresses, takes IPv4 as well where it is told to", async () => {
  const net = new SimulatedNetwork();
  const [strict, both] = [new RecordingFactory(), new RecordingFactory()];
  net.host("server").spawn(({ reactor }) => {
    reactor.listenTCP(80, strict, { interface: "::" });
    reactor.listenTCP(81, both, { interface: "::", ipv6Only: false });
  });
  const [refused, accepted] = [new RecordingClientFactory(), new RecordingClientFactory()];
  net.host("client").spawn(({ reactor }) => {
    reactor.connectTCP("10.0.0.1", 80, refused);
    reactor.connectTCP("10.0.0.1", 81, accepted);
  });
  await net.run({ until: () => both.protocols.length === 1 && refused.failure !== undefined });
  assert.equal(refused.error, "ConnectionRefusedError");
});

test("SimulatedPort, that closes while somebody connects, resets, and leaves connections alone", async () => {
  const net = new SimulatedNetwork();
  const servers = new RecordingFactory();
  const clients = new RecordingClientFactory();
  net.host("server").spawn(({ reactor }) => {
    const port = reactor.listenTCP(80, servers);
    reactor.callLater(0.0021, () => void port.stopListening());
  });
  net.host("client").spawn(({ reactor }) => {
    reactor.connectTCP("10.0.0.1", 80, clients);
    reactor.callLater(0.001, () => reactor.connectTCP("10.0.0.1", 80, clients));
  });
  await net.run({ for: 10 });
  assert.deepEqual([servers.protocols.length, clients.protocols.length], [1, 2]);
  assert.deepEqual(
    clients.protocols.map(({ reason }) => reason),
    [undefined, "ConnectionLost"],
  );
  assert.deepEqual(servers.events, ["start", "stop"]);
});

test("SimulatedPort, a factory that wants no connection, closes it", async () => {
  const net = new SimulatedNetwork();
  const servers = new RecordingFactory();
  servers.buildProtocol = () => null;
  const clients = new RecordingClientFactory();
  net.host("server").spawn(({ reactor }) => void reactor.listenTCP(80, servers));
  net.host("client").spawn(({ reactor }) => void reactor.connectTCP("10.0.0.1", 80, clients));
  await net.run({ until: () => clients.failure !== undefined });
  assert.equal(clients.error, "ConnectionDone");
});

test("SimulatedPort, of a descriptor, and shared ports, are refused by name", () => {
  const { reactor } = new SimulatedNetwork().host("a");
  const refuses = (what: (reactor: Reactor) => unknown): void =>
    assert.throws(() => what(reactor), NotSupportedByReactorError);
  refuses((r) => r.adoptStreamPort(3, "ipv4", new RecordingFactory()));
  refuses((r) => r.adoptStreamConnection(3, "ipv4", new RecordingFactory()));
  refuses((r) => r.listenTCP(80, new RecordingFactory(), { reusePort: true }));
});
