import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { DatagramRecorder } from "../conformance/datagram-fixtures.ts";
import type { LinkOptions } from "../../src/sim/link-options.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";

/** Three hosts with a recorder each on port 53. */
function three(link: LinkOptions = {}): { readonly net: SimulatedNetwork; readonly all: DatagramRecorder[] } {
  const net = new SimulatedNetwork({ seed: 3, link, record: true });
  const all = ["a", "b", "c"].map((name) => {
    const protocol = new DatagramRecorder();
    net.host(name).reactor.listenMulticast(53, protocol);
    return protocol;
  });
  return { net, all };
}

const texts = (all: readonly DatagramRecorder[]): string[][] => all.map((protocol) => protocol.texts);

test("sendDatagram, to one, arrives there, with the sender's address", async () => {
  const { net, all } = three();
  all[0]!.transport.write("hello", { host: "10.0.0.2", port: 53 });
  await net.run();
  assert.deepEqual(texts(all), [[], ["hello"], []]);
  assert.equal(String(all[1]!.addresses[0]), "IPv4Address(UDP, '10.0.0.1', 53)");
});

test("sendDatagram, to everybody, arrives at all", async () => {
  const { net, all } = three();
  all[0]!.transport.setBroadcastAllowed(true);
  all[0]!.transport.write("everybody", { host: "255.255.255.255", port: 53 });
  all[0]!.transport.write("this network", { host: "10.255.255.255", port: 53 });
  await net.run();
  assert.deepEqual(
    texts(all),
    Array.from({ length: 3 }, () => ["everybody", "this network"]),
  );
});

test("sendDatagram, to a group, arrives at its members, as far as the TTL and the loopback allow", async () => {
  const { net, all } = three();
  const group = { host: "239.1.2.3", port: 53 };
  for (const member of all.slice(0, 2)) await member.transport.joinGroup(group.host);
  const { transport } = all[0]!;
  transport.write("members", group);
  transport.setTTL(0);
  transport.write("only here", group);
  transport.setLoopbackMode(false);
  transport.write("nobody", group);
  await net.run();
  await all[1]!.transport.leaveGroup(group.host);
  transport.setTTL(1);
  transport.write("nobody any more", group);
  await net.run();
  assert.deepEqual(texts(all), [["only here", "members"].sort(), ["members"], []]);
});

test("sendDatagram, may be lost, doubled and overtaken, as the link says", async () => {
  const { net, all } = three({ loss: 0.3, duplication: 0.3, reordering: 0.3 });
  for (let n = 0; n < 200; n++) all[0]!.transport.write(String(n), { host: "10.0.0.2", port: 53 });
  await net.run();
  const got = all[1]!.texts.map(Number);
  assert.ok(new Set(got).size < 200 && new Set(got).size > 100, String(new Set(got).size));
  assert.ok(got.length > new Set(got).size);
  assert.ok(got.some((n, at) => at > 0 && n < got[at - 1]!));
});

test("sendDatagram, where it gets lost, the log says why", async () => {
  const { net, all } = three({ bandwidth: 10_000, queue: 2000 });
  const [a] = all;
  a!.transport.write("nobody has it", { host: "10.9.9.9", port: 53 });
  for (let n = 0; n < 3; n++) a!.transport.write(Buffer.alloc(900), { host: "10.0.0.2", port: 53 });
  await net.run({ for: 2 });
  net.link("a", "b").cut();
  a!.transport.write("cut", { host: "10.0.0.2", port: 53 });
  await net.run({ for: 2 });
  net.link("a", "b").heal();
  net.host("b").filter(53, "drop");
  a!.transport.write("filtered", { host: "10.0.0.2", port: 53 });
  net.host("c").crash();
  a!.transport.write("down", { host: "10.0.0.3", port: 53 });
  await net.run({ for: 2 });
  const why = net.events.filter(({ kind }) => kind === "lost").map(({ text }) => text);
  assert.deepEqual(why, [
    "nobody has the address",
    "the queue is full",
    "the link is cut",
    "the host is down",
    "the filter of the host drops it",
  ]);
});

test("sendDatagram, to a connected peer that has gone, is refused", async () => {
  const { net, all } = three();
  const [a, b] = all;
  a!.transport.connect("10.0.0.2", 53);
  await net.run();
  void b!.transport.stopListening();
  await net.run();
  a!.transport.write("anybody?");
  await net.run();
  assert.ok(a!.events.includes("refused"));
});
