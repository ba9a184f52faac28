import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { RecordingClientFactory, RecordingFactory } from "../conformance/stream-fixtures.ts";
import type { ConnectTCPOptions } from "../../src/reactor/reactor.ts";
import type { SimulatedHost } from "../../src/sim/simulated-host.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";

/** How connecting from "client" ends, and after how long. */
async function outcome(
  address: string,
  setUp: (server: SimulatedHost, net: SimulatedNetwork) => void = () => {},
  options: ConnectTCPOptions = { timeout: 0 },
): Promise<[outcome: string | undefined, seconds: number]> {
  const net = new SimulatedNetwork({ seed: 1 });
  const server = net.host("server");
  server.spawn(({ reactor }) => void reactor.listenTCP(80, new RecordingFactory()));
  const clients = new RecordingClientFactory();
  net.host("client").spawn(({ reactor }) => void reactor.connectTCP(address, 80, clients, options));
  setUp(server, net);
  await net.run({ until: () => clients.protocols.length === 1 || clients.failure !== undefined });
  return [clients.protocols.length === 1 ? "connected" : clients.error, net.seconds()];
}

test("SimulatedDialer, connects, by address and by name", async () => {
  assert.deepEqual(await outcome("10.0.0.1"), ["connected", 0.001]);
  assert.deepEqual(await outcome("server"), ["connected", 0.002]);
});

test("SimulatedDialer, where nobody listens or all is refused, fails after one round", async () => {
  const refuseAll = (server: SimulatedHost): void => server.filter("all", "refuse");
  assert.deepEqual(await outcome("10.0.0.2"), ["ConnectionRefusedError", 0.00004]);
  assert.deepEqual(await outcome("10.0.0.1", refuseAll), ["ConnectionRefusedError", 0.001]);
});

test("SimulatedDialer, into a black hole, to a host that is down and over a cut, tries again and gives up", async () => {
  const drop = (server: SimulatedHost): void => server.filter(80, "drop");
  const crash = (server: SimulatedHost): void => server.crash();
  const cut = (_: SimulatedHost, net: SimulatedNetwork): unknown => net.link("server", "client").cut();
  for (const setUp of [drop, crash, cut]) {
    const [error, seconds] = await outcome("10.0.0.1", setUp);
    assert.equal(error, "TCPTimedOutError");
    assert.ok(seconds > 60 && seconds < 64, String(seconds));
    const [ours, after] = await outcome("10.0.0.1", setUp, { timeout: 5 });
    assert.deepEqual([ours, after], ["TimeoutError", 5]);
  }
});

test("SimulatedDialer, comes through when the link is whole again", async () => {
  const [outcome1, seconds] = await outcome("10.0.0.1", (_, net) => {
    net.link("server", "client").cut();
    net.at(2, () => net.link("server", "client").heal());
  });
  assert.equal(outcome1, "connected");
  assert.ok(seconds > 2 && seconds < 4, String(seconds));
});

test("SimulatedDialer, to an address that nobody has, finds no route", async () => {
  assert.deepEqual(await outcome("10.9.9.9"), ["NoRouteError", 3]);
});

test("SimulatedDialer, from an address that is not its own or a port that is taken, cannot bind", async () => {
  assert.equal((await outcome("10.0.0.1", undefined, { bindAddress: { host: "10.0.0.1" } }))[0], "ConnectBindError");
  const taken = await outcome(
    "10.0.0.1",
    (_, net) => {
      net
        .host("client")
        .spawn(
          ({ reactor }) =>
            void reactor.connectTCP("10.0.0.1", 80, new RecordingClientFactory(), { bindAddress: { port: 99 } }),
        );
      net.host("client").spawn(({ reactor }) => void reactor.listenTCP(98, new RecordingFactory()));
    },
    { bindAddress: { port: 97 } },
  );
  assert.equal(taken[0], "connected");
});

test("SimulatedDialer, a backlog that is full, lets connections wait outside", async () => {
  const net = new SimulatedNetwork({ record: true });
  const server = net.host("server");
  const servers = new RecordingFactory();
  server.spawn(({ reactor }) => void reactor.listenTCP(80, servers, { backlog: 2 }));
  await net.run({ for: 0.1 });
  server.pause();
  const clients = new RecordingClientFactory();
  net.host("client").spawn(({ reactor }) => {
    for (let n = 0; n < 5; n++) reactor.connectTCP("10.0.0.1", 80, clients);
  });
  await net.run({ for: 0.5 });
  assert.deepEqual([clients.protocols.length, servers.protocols.length], [2, 0]);
  server.resume();
  await net.run({ until: () => servers.protocols.length === 5 });
  assert.ok(net.log().includes("the backlog is full"));
});

test("SimulatedDialer, that gives up in the middle, leaves nothing behind", async () => {
  const net = new SimulatedNetwork();
  const servers = new RecordingFactory();
  net.host("server").spawn(({ reactor }) => void reactor.listenTCP(80, servers));
  const clients = new RecordingClientFactory();
  net.host("client").spawn(({ reactor }) => {
    const connector = reactor.connectTCP("10.0.0.1", 80, clients);
    // Between the first segment's arrival and the answer's.
    reactor.callLater(0.0007, () => connector.stopConnecting());
  });
  await net.run({ for: 100 });
  assert.deepEqual([clients.error, servers.protocols.length], ["UserError", 0]);
});

test("SimulatedDialer, UNIX sockets, are those of the same host", async () => {
  const net = new SimulatedNetwork();
  const servers = new RecordingFactory();
  const [near, far] = [new RecordingClientFactory(), new RecordingClientFactory()];
  const host = net.host("a");
  host.spawn(({ reactor }) => {
    reactor.listenUNIX("/run/service", servers, { wantPID: true });
    reactor.connectUNIX("/run/service", near, { checkPID: true });
  });
  net.host("b").spawn(({ reactor }) => void reactor.connectUNIX("/run/service", far));
  await net.run({ until: () => servers.protocols.length === 1 && far.failure !== undefined });
  assert.equal(far.error, "BadFileError");
  near.only.transport.write("hello");
  await net.run({ until: () => servers.only.text === "hello" });
});

test("SimulatedDialer, a UNIX socket that a crash has left, refuses, and a lock finds that it is dead", async () => {
  const net = new SimulatedNetwork();
  const host = net.host("a");
  const boots: string[] = [];
  host.spawn(({ reactor }) => {
    try {
      reactor.listenUNIX("/run/plain", new RecordingFactory());
      boots.push("plain");
    } catch (error) {
      boots.push((error as Error).name);
    }
    reactor.listenUNIX("/run/locked", new RecordingFactory(), { wantPID: true });
    boots.push("locked");
  });
  await net.run({ for: 1 });
  host.restart();
  const clients = new RecordingClientFactory();
  host.spawn(({ reactor }) => void reactor.connectUNIX("/run/plain", clients));
  await net.run({ until: () => clients.failure !== undefined });
  assert.deepEqual(
    [boots, clients.error],
    [["plain", "locked", "CannotListenError", "locked"], "ConnectionRefusedError"],
  );
});
