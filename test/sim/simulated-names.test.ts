import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { DNSLookupError } from "../../src/transport/errors.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";

/** What the host "a" finds for a name, and after how long. */
async function lookUp(net: SimulatedNetwork, name: string): Promise<[address: string, seconds: number]> {
  const begin = net.seconds();
  const found = net.host("a").reactor.resolve(name).toPromise();
  const settled = found.catch((error: unknown) => (error as Error).name);
  await net.run({ until: settled });
  return [await settled, Math.round((net.seconds() - begin) * 1000) / 1000];
}

test("names, are those of the hosts, of the network and of loopback", async () => {
  const net = new SimulatedNetwork();
  net.host("a");
  net.host("b");
  net.name("www.example.org", ["10.0.0.2"]);
  assert.deepEqual(await lookUp(net, "b"), ["10.0.0.2", 0.001]);
  assert.deepEqual(await lookUp(net, "www.example.org"), ["10.0.0.2", 0.001]);
  assert.deepEqual(await lookUp(net, "localhost"), ["127.0.0.1", 0.001]);
  assert.deepEqual(await lookUp(net, "10.0.0.7"), ["10.0.0.7", 0]);
  net.name("www.example.org", []);
  assert.deepEqual(await lookUp(net, "www.example.org"), [DNSLookupError.name, 0.001]);
});

test("names, are not found while a fault has it so", async () => {
  const net = new SimulatedNetwork({ faults: [{ kind: "nameless", at: 0, for: 10, host: "a" }] });
  net.host("a");
  net.host("b");
  await net.run({ for: 1 });
  assert.deepEqual(await lookUp(net, "b"), [DNSLookupError.name, 5]);
  await net.run({ for: 5 });
  assert.deepEqual(await lookUp(net, "b"), ["10.0.0.2", 0.001]);
});
