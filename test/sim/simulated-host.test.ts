import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { SimulationError } from "../../src/sim/errors.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { connectedHosts, eventsOf } from "./connected-hosts.ts";

test("SimulatedHost, spawn, runs a program as the next thing, with the reactor running afterwards", async () => {
  const net = new SimulatedNetwork();
  const calls: string[] = [];
  const host = net.host("a");
  host.spawn(({ reactor, name, addresses }) => {
    calls.push(`${name} ${addresses.join(" ")} ${reactor.running}`);
    reactor.callWhenRunning(() => calls.push("running"));
  });
  host.spawn(({ reactor }) => void reactor.callLater(1, () => calls.push("a second later")));
  assert.deepEqual(calls, []);
  await net.run();
  assert.deepEqual(calls, ["a 10.0.0.1 fd00::1 false", "running", "a second later"]);
});

test("SimulatedHost, spawn, a program may run the reactor itself, now or later", async () => {
  const net = new SimulatedNetwork();
  const calls: string[] = [];
  net.host("a").spawn(async ({ reactor }) => {
    reactor.callLater(1, () => reactor.stop());
    await reactor.run();
    calls.push("over");
  });
  net.host("b").spawn(
    async ({ reactor }) => {
      await Promise.resolve();
      reactor.callLater(1, () => reactor.stop());
      await reactor.run();
      calls.push("over");
    },
    { run: false },
  );
  await net.run();
  assert.deepEqual(calls, ["over", "over"]);
});

test("SimulatedHost, a program that fails, now or later, fails the run", async () => {
  for (const program of [
    () => {
      throw new Error("a mistake");
    },
    async () => {
      await Promise.resolve();
      throw new Error("a mistake");
    },
  ]) {
    const net = new SimulatedNetwork({ seed: 9 });
    net.host("a").spawn(program);
    await assert.rejects(
      net.run(),
      (error) =>
        error instanceof SimulationError && /host a has failed: Error: a mistake\n {2}seed 9/.test(error.message),
    );
  }
});

test("SimulatedHost, restart, runs all programs again, with another reactor; the old one is dead", async () => {
  const net = new SimulatedNetwork();
  const host = net.host("a");
  const ticks: string[] = [];
  let boots = 0;
  host.spawn(({ reactor }) => {
    const boot = ++boots;
    const tick = (): void => {
      ticks.push(`boot ${boot}`);
      reactor.callLater(1, tick);
    };
    tick();
  });
  await net.run({ for: 1.5 });
  const { reactor } = host;
  host.restart();
  assert.notEqual(host.reactor, reactor);
  await net.run({ for: 1.5 });
  assert.deepEqual(ticks, ["boot 1", "boot 1", "boot 2", "boot 2"]);
  assert.equal(boots, 2);
});

test("SimulatedHost, crash, tells nobody; kill, lets the system close the connections", async () => {
  const crashed = await connectedHosts();
  crashed.hosts.server.crash();
  await crashed.net.run({ for: 10 });
  assert.deepEqual([crashed.server.lost, crashed.client.lost], [undefined, undefined]);
  const killed = await connectedHosts();
  killed.hosts.server.kill();
  await killed.net.run({ for: 10 });
  assert.deepEqual([killed.server.lost, killed.client.reason], [undefined, "ConnectionDone"]);
  killed.hosts.server.restart();
  assert.equal(killed.hosts.server.isUp, true);
});

test("SimulatedHost, crash, kill and restart, ask for a host that is up, or take one that is down", () => {
  const host = new SimulatedNetwork().host("a");
  host.crash();
  assert.throws(() => host.crash(), InvalidStateError);
  assert.throws(() => host.kill(), InvalidStateError);
  host.spawn(() => assert.fail("nothing runs on a host that is down"));
  assert.equal(host.isUp, false);
});

test("SimulatedHost, terminate, stops the reactor as a signal would", async () => {
  const net = new SimulatedNetwork();
  const host = net.host("a");
  const calls: string[] = [];
  host.spawn(({ reactor }) => void reactor.addSystemEventTrigger("before", "shutdown", () => calls.push("shutdown")));
  await net.run();
  host.terminate();
  await net.run();
  assert.deepEqual([calls, host.reactor.running], [["shutdown"], false]);
});

test("SimulatedHost, pause, holds timers and programs until resume", async () => {
  const net = new SimulatedNetwork();
  const host = net.host("a");
  const times: number[] = [];
  host.spawn(({ reactor }) => void reactor.callLater(1, () => times.push(net.seconds())));
  host.pause();
  assert.equal(host.isPaused, true);
  await net.run({ for: 5 });
  assert.deepEqual(times, []);
  host.resume();
  await net.run();
  assert.deepEqual(times, [6]);
});

test("SimulatedHost, resetConnections, with one other host, leaves the rest", async () => {
  const { net, hosts, client } = await connectedHosts();
  hosts.server.resetConnections(net.host("third").name);
  await net.run({ for: 1 });
  assert.equal(client.lost, undefined);
  hosts.server.resetConnections();
  await net.run({ for: 1 });
  assert.equal(client.reason, "ConnectionLost");
});

test("SimulatedHost, note, is in the log", () => {
  const net = new SimulatedNetwork();
  net.host("a").note("elected");
  assert.deepEqual(eventsOf(net, "note"), ["a elected"]);
});

test("SimulatedHost, createServer and connect, are those of node:net, and new ones after a restart", async () => {
  const net = new SimulatedNetwork();
  const [a, b] = [net.host("a"), net.host("b")];
  a.spawn((host) => void host.createServer((socket) => socket.pipe(socket)).listen(7));
  let text = "";
  b.spawn((host) => {
    const socket = host.connect(7, "a", () => socket.end("hello"));
    socket.on("data", (data: Buffer) => (text += data.toString()));
  });
  await net.run({ until: () => text === "hello" });
  const before = a.net;
  assert.equal(a.net, before);
  a.restart();
  assert.notEqual(a.net, before);
});

test("SimulatedHost, its clock and its random numbers, are its own", () => {
  const net = new SimulatedNetwork({ seed: 1 });
  const [a, b] = [net.host("a", { clock: { skew: 60 } }), net.host("b")];
  assert.equal(a.clock.seconds() - b.clock.seconds(), 60);
  assert.equal(a.reactor.seconds(), a.clock.seconds());
  assert.notEqual(a.random.next(), b.random.next());
});

test("SimulatedHost, refuses what it does not know", () => {
  const host = new SimulatedNetwork().host("a");
  assert.throws(() => host.spawn("program" as never), TypeError);
  assert.throws(() => host.filter(80, "block" as never), TypeError);
  assert.throws(() => host.filter(-1, "drop"), RangeError);
  assert.throws(() => host.read("slow" as never), TypeError);
  assert.throws(() => host.read({ bytesPerSecond: 0 }), TypeError);
});
