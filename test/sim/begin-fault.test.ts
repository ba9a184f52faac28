import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { RecordingClientFactory } from "../conformance/stream-fixtures.ts";
import { SimulationError } from "../../src/sim/errors.ts";
import type { Fault } from "../../src/sim/fault.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { PORT, causeOf, connectedHosts, eventsOf } from "./connected-hosts.ts";

test("a partition, cuts off hosts from each other, and heals", async () => {
  const { net, server, client } = await connectedHosts();
  net.inject({ kind: "partition", at: 1, for: 5, from: ["client"], to: ["server"] });
  await net.run({ for: 2 });
  client.transport.write("hello");
  await net.run({ for: 3 });
  assert.equal(server.text, "");
  await net.run({ for: 10 });
  assert.equal(server.text, "hello");
  assert.deepEqual([eventsOf(net, "fault").length, eventsOf(net, "heal").length], [1, 1]);
});

test("a one-way partition, lets the answers through", async () => {
  const { net, server, client } = await connectedHosts();
  net.inject({ kind: "partition", at: 1, from: ["client"], to: ["server"], oneWay: true });
  await net.run({ for: 2 });
  client.transport.write("lost");
  server.transport.write("heard");
  await net.run({ for: 60 });
  assert.deepEqual([server.text, client.text], ["", "heard"]);
});

test("a crash, takes the power, and the host boots when it is over", async () => {
  const { net, hosts, server, client } = await connectedHosts();
  net.inject({ kind: "crash", at: 1, for: 2, host: "server" });
  await net.run({ for: 2 });
  assert.deepEqual([hosts.server.isUp, server.lost], [false, undefined]);
  await net.run({ for: 2 });
  assert.equal(hosts.server.isUp, true);
  client.transport.write("who are you?");
  await net.run({ for: 5 });
  assert.equal(causeOf(client), "ECONNRESET");
});

test("a pause, and a reader that is stuck, hold what comes until they are over", async () => {
  for (const kind of ["pause", "stuck"] as const) {
    const { net, server, client } = await connectedHosts();
    net.inject({ kind, at: 1, for: 5, host: "server" });
    await net.run({ for: 2 });
    client.transport.write("hello");
    await net.run({ for: 3 });
    assert.equal(server.text, "");
    await net.run({ for: 2 });
    assert.equal(server.text, "hello");
  }
});

test("a host that refuses, refuses new connections only", async () => {
  const { net, hosts, server, client } = await connectedHosts();
  net.inject({ kind: "refuse", at: 1, for: 5, host: "server" });
  await net.run({ for: 2 });
  const late = new RecordingClientFactory();
  hosts.client.reactor.connectTCP("server", PORT, late);
  client.transport.write("hello");
  await net.run({ for: 1 });
  assert.deepEqual([late.error, server.text], ["ConnectionRefusedError", "hello"]);
});

test("a reset, ends the connections between two hosts on both sides", async () => {
  const { net, server, client } = await connectedHosts();
  net.inject({ kind: "reset", at: 1, between: ["client", "server"] });
  await net.run({ for: 2 });
  assert.deepEqual([causeOf(client), causeOf(server)], ["ECONNRESET", "ECONNRESET"]);
});

test("a fault of a host that is not there, fails the run", async () => {
  const net = new SimulatedNetwork({ faults: [{ kind: "crash", at: 1, host: "nobody" }] });
  await assert.rejects(net.run(), (error) => error instanceof SimulationError && /nobody/.test(error.message));
});

test("faults that are over before they are told of, happen at once", async () => {
  const net = new SimulatedNetwork();
  const host = net.host("a");
  await net.run({ for: 10 });
  const fault: Fault = { kind: "crash", at: 1, host: "a" };
  net.inject(fault);
  await net.run({ for: 1 });
  assert.equal(host.isUp, false);
});
