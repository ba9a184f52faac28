import assert from "node:assert/strict";
import { test } from "node:test";
import { hostGlobals } from "../../src/sim/host-globals.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";

test("hostGlobals, has the clock, the timers and the random numbers of the host", async () => {
  const network = new SimulatedNetwork({ start: 1000 });
  const host = network.host("a", { clock: { skew: 5, drift: 0.5 } });
  const globals = hostGlobals(host.machine, host.random);
  const calls: number[] = [];
  host.spawn(() => {
    globals.setTimeout(() => calls.push(globals.seconds(), globals.monotonic()), 3);
    globals.setTimeout(() => calls.push(-1), 2).cancel();
  });
  await network.run({ for: 10 });
  assert.deepEqual([globals.host, globals.random, calls], ["a", host.random, [1008, 3]]);
  assert.equal(network.seconds(), 10);
});

test("hostGlobals, timers of programs that have died, call nobody", async () => {
  const network = new SimulatedNetwork();
  const host = network.host("a");
  const globals = hostGlobals(host.machine, host.random);
  const calls: string[] = [];
  host.spawn(() => globals.setTimeout(() => calls.push("late"), 3));
  network.at(1, () => host.crash());
  network.at(2, () => {
    host.restart();
    host.machine.life.run(() => globals.setTimeout(() => calls.push("after"), 0.5));
  });
  await network.run({ for: 4 });
  assert.deepEqual(calls, ["after"]);
});
