import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { causeOf, connectedHosts, eventsOf } from "./connected-hosts.ts";

test("StreamWire, sends again what gets lost, in order, which takes time", async () => {
  const { net, server, client } = await connectedHosts({ seed: 4, record: true });
  net.link("client", "server").set({ loss: 0.4 });
  for (let n = 0; n < 50; n++) client.transport.write(`${n},`);
  const begin = net.seconds();
  await net.run({ until: () => server.text === Array.from({ length: 50 }, (_, n) => `${n},`).join("") });
  assert.ok(net.seconds() - begin > 0.2, String(net.seconds() - begin));
  assert.ok(eventsOf(net, "lost").includes("client lost on the way"));
});

test("StreamWire, over a link that is cut, waits, and gives up after a quarter of an hour", async () => {
  const { net, server, client } = await connectedHosts();
  net.link("client", "server").cut();
  client.transport.write("hello?");
  await net.run({ for: 600 });
  assert.equal(client.lost, undefined);
  net.link("client", "server").heal();
  await net.run({ until: () => server.text === "hello?" });
  net.link("client", "server").cut({ oneWay: true });
  client.transport.write("again?");
  const begin = net.seconds();
  await net.run({ until: () => client.lost !== undefined });
  assert.deepEqual([client.reason, causeOf(client)], ["ConnectionLost", "ETIMEDOUT"]);
  assert.ok(net.seconds() - begin > 600 && net.seconds() - begin < 1800, String(net.seconds() - begin));
});

test("StreamWire, with a bandwidth, takes its time", async () => {
  const { net, server, client } = await connectedHosts({ link: { bandwidth: 100_000, latency: 0 }, cuts: false });
  client.transport.write(Buffer.alloc(100_000));
  const begin = net.seconds();
  await net.run({ until: () => server.received.length === 100_000 });
  const took = net.seconds() - begin;
  assert.ok(took > 1 && took < 1.1, String(took));
});

test("StreamWire, whose queue is full, loses segments, and brings all in the end", async () => {
  const { net, server, client } = await connectedHosts({
    record: true,
    link: { bandwidth: 1_000_000, queue: 4000, latency: 0.01 },
  });
  client.transport.write(Buffer.alloc(50_000, 7));
  await net.run({ until: () => server.received.length === 50_000 });
  assert.ok(eventsOf(net, "lost").includes("client the queue is full"));
  assert.ok(server.received.every((byte) => byte === 7));
});

test("StreamWire, to a host that has booted since, is answered by a reset", async () => {
  const { net, hosts, client } = await connectedHosts();
  hosts.server.crash();
  client.transport.write("hello?");
  await net.run({ for: 1 });
  assert.equal(client.lost, undefined);
  hosts.server.restart();
  await net.run({ until: () => client.lost !== undefined });
  assert.equal(causeOf(client), "ECONNRESET");
});

test("StreamWire, of a host without power, brings what was on its way, and no more", async () => {
  const { net, hosts, server, client } = await connectedHosts({ link: { latency: 1 } });
  client.transport.write("on its way");
  await net.run({ for: 0.5 });
  hosts.client.crash();
  await net.run({ for: 10 });
  assert.deepEqual([server.text, server.lost, client.lost], ["on its way", undefined, undefined]);
});
