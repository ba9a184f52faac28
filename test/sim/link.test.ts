import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { connectedHosts } from "./connected-hosts.ts";

test("Link, set, counts for both ways, or for one", async () => {
  const { net, server, client } = await connectedHosts();
  net.link("client", "server").set({ latency: 1 }).set({ latency: 3 }, { oneWay: true });
  const begin = net.seconds();
  client.transport.write("there");
  await net.run({ until: () => server.text === "there" });
  assert.equal(net.seconds() - begin, 3);
  server.transport.write("back");
  await net.run({ until: () => client.text === "back" });
  assert.equal(net.seconds() - begin, 4);
});

test("Link, cut one way, lets the other way through", async () => {
  const { net, server, client } = await connectedHosts();
  net.link("client", "server").cut({ oneWay: true });
  client.transport.write("lost");
  server.transport.write("heard");
  await net.run({ for: 5 });
  assert.deepEqual([server.text, client.text], ["", "heard"]);
  net.link("client", "server").heal({ oneWay: true });
  await net.run({ until: () => server.text === "lost" });
});

test("Link, of a host that is not there, is refused with the names that are", () => {
  const net = new SimulatedNetwork();
  net.host("a");
  assert.throws(() => net.link("a", "b"), {
    name: "RangeError",
    message: /"?'b'"?: expected one that was made, which are a$/,
  });
});
