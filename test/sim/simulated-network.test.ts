import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { SimulationError, SimulationStalled } from "../../src/sim/errors.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import type { SimulatedNetworkOptions } from "../../src/sim/simulated-network.ts";
import { connectedHosts } from "./connected-hosts.ts";

test("SimulatedNetwork, host, makes a host once, and finds it later", () => {
  const net = new SimulatedNetwork();
  const host = net.host("a", { addresses: ["192.0.2.1"] });
  assert.equal(net.host("a"), host);
  assert.deepEqual(host.addresses, ["192.0.2.1"]);
  assert.deepEqual(net.hosts, [host]);
  assert.throws(() => net.host("a", {}), InvalidStateError);
  assert.throws(() => net.host("b", { addresses: ["192.0.2.1"] }), InvalidStateError);
  assert.throws(() => net.host("b", { addresses: ["here"] }), /expected an IPv4 or IPv6 address/);
  for (const bad of ["", "a b", "a:b", 3 as never]) assert.throws(() => net.host(bad), TypeError);
});

test("SimulatedNetwork, gives each host addresses of its own", () => {
  const net = new SimulatedNetwork();
  const addresses = new Set<string>();
  for (let n = 0; n < 600; n++) for (const address of net.host(`h${n}`).addresses) addresses.add(address);
  assert.equal(addresses.size, 1200);
});

test("SimulatedNetwork, run, until a condition, a promise, a Deferred, or for so long", async () => {
  const net = new SimulatedNetwork();
  let ticks = 0;
  const fired = new Deferred<void>();
  net.host("a").spawn(({ reactor }) => {
    const tick = (): void => {
      if (++ticks === 7) fired.callback();
      reactor.callLater(1, tick);
    };
    tick();
  });
  await net.run({ until: () => ticks === 3 });
  assert.deepEqual([ticks, net.seconds()], [3, 2]);
  await net.run({ for: 1.5 });
  assert.deepEqual([ticks, net.seconds()], [4, 3.5]);
  await net.run({ until: fired });
  assert.equal(ticks, 7);
  await net.run({ until: Promise.resolve() });
  assert.ok(ticks <= 8);
  await assert.rejects(net.run({ until: Promise.reject(new RangeError("no")) }), RangeError);
});

test("SimulatedNetwork, run, in vain, says so, with the seed, the time and the last events", async () => {
  const { net } = await connectedHosts({ seed: 5 });
  await assert.rejects(net.run({ until: () => false }), (error) => {
    assert.ok(error instanceof SimulationStalled);
    assert.match(
      error.message,
      /nothing is left to happen.*\n {2}seed 5, virtual time \d+ s; the last events:\n(?: {4}.*\n)+/,
    );
    return true;
  });
  await assert.rejects(net.run({ until: () => false, for: 3 }), /Waited in vain: 3 seconds are over/);
});

test("SimulatedNetwork, run, refuses a second run at the same time, and what is no time and no condition", async () => {
  const net = new SimulatedNetwork();
  const first = net.run({ for: 1 });
  await assert.rejects(net.run(), InvalidStateError);
  await first;
  await assert.rejects(net.run({ for: -1 }), RangeError);
  await assert.rejects(net.run({ for: "1" as never }), TypeError);
  await assert.rejects(net.run({ until: 3 as never }), TypeError);
});

test("SimulatedNetwork, at, does something at a time, and fails with what it throws", async () => {
  const net = new SimulatedNetwork();
  const times: number[] = [];
  net.at(2, () => times.push(net.seconds()));
  net.at(1, () => times.push(net.seconds()));
  await net.run();
  assert.deepEqual(times, [1, 2]);
  net.at(3, () => {
    throw new Error("a mistake");
  });
  await assert.rejects(
    net.run(),
    (error) => error instanceof SimulationError && /at a time has failed: Error: a mistake/.test(error.message),
  );
});

test("SimulatedNetwork, the same seed, gives the same log, and another one another", async () => {
  const run = async (options: SimulatedNetworkOptions): Promise<string> => {
    const { net, server, client } = await connectedHosts({
      link: { loss: 0.2, latency: { normal: { mean: 0.01, deviation: 0.005 } } },
      ...options,
    });
    client.transport.write(Buffer.alloc(20_000));
    await net.run({ until: () => server.received.length === 20_000 });
    assert.equal(net.eventCount > 50, true);
    return net.hash();
  };
  const first = await run({ seed: 1 });
  assert.equal(await run({ seed: 1 }), first);
  assert.equal(await run({ seed: 1, record: "bytes" }), first);
  assert.notEqual(await run({ seed: 2 }), first);
});

test("SimulatedNetwork, records what it is told to", async () => {
  const payloads = async (record: boolean | "bytes"): Promise<(string | undefined)[]> => {
    const { net, client } = await connectedHosts({ record });
    client.transport.write("x");
    await net.run();
    return net.events
      .filter(({ kind, packet }) => kind === "sent" && packet!.size > 0)
      .map(({ packet }) => packet!.payload?.toString());
  };
  assert.deepEqual(await payloads(true), [undefined]);
  assert.deepEqual(await payloads("bytes"), ["x"]);
});

test("SimulatedNetwork, refuses options that are none", () => {
  for (const bad of [{ seed: 0.5 }, { seed: "1" }, { window: 0 }, { link: { loss: 2 } }, { link: { lag: 1 } }]) {
    assert.throws(() => new SimulatedNetwork(bad as never), /expected/);
  }
});

test("SimulatedNetwork, run, is over when the condition is true because the time is over", async () => {
  const net = new SimulatedNetwork();
  await net.run({ for: 10, until: () => net.seconds() >= 10 });
  assert.equal(net.seconds(), 10);
});

test("run, fails with what its condition throws, and can be called again", async () => {
  const net = new SimulatedNetwork();
  const condition = (): boolean => {
    throw new RangeError("no");
  };
  await assert.rejects(net.run({ until: condition }), { name: "RangeError", message: "no" });
  await net.run({ for: 1 });
  assert.equal(net.seconds(), 1);
});

test("run, refuses conditions that answer neither true nor false, and options that are none", async () => {
  const net = new SimulatedNetwork();
  for (const [options, message] of [
    [{ until: async () => true }, /^Cannot run until Promise .* comes true: expected true or false$/s],
    [{ until: () => 3 }, "Cannot run until 3 comes true: expected true or false"],
    [{ until: null }, "Cannot run until null: expected a function, a Deferred or a promise"],
    [{ fro: 1 }, /^Cannot use options of a run: there is no 'fro'/],
  ] as const) {
    await assert.rejects(net.run(options as never), { name: "TypeError", message });
  }
});

test("at, ends the run where what it calls fails later, and wants a function", async () => {
  const net = new SimulatedNetwork();
  net.at(1, () => Promise.reject(new Error("late")));
  await assert.rejects(net.run({ for: 2 }), /What was to be done at a time has failed: Error: late/);
  assert.throws(() => net.at(1, undefined as never), {
    message: "Cannot do undefined at 1 seconds: expected a function",
  });
});

test("SimulatedNetwork, says which hosts there are where a fault is about another", async () => {
  const net = new SimulatedNetwork({ faults: [{ kind: "crash", at: 1, host: "c" }] });
  net.host("a");
  net.host("b");
  await assert.rejects(
    net.run(),
    /Cannot let a fault happen to c: there is no such host when it is to begin, expected one of a, b\n/,
  );
});

test("SimulatedNetwork, refuses what is no option, no list and no host, wherever it is given", () => {
  const net = new SimulatedNetwork();
  const host = net.host("a");
  net.host("b");
  for (const [call, message] of [
    [() => net.host("c", { adresses: [] } as never), /there is no 'adresses'/],
    [() => net.name("x", "10.0.0.9" as never), "Cannot give the name x to '10.0.0.9': expected a list of addresses"],
    [() => net.link("a", "b").set(undefined as never), /^Cannot use link options: it is undefined/],
    [() => host.resetConnections("c"), "Cannot reset connections with the host 'c': expected one that was made"],
    [() => host.note(5 as never), "Cannot note 5: expected a text"],
  ] as const) {
    assert.throws(call, { message });
  }
});
