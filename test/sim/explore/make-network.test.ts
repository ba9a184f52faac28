import assert from "node:assert/strict";
import { test } from "node:test";
import { makeNetwork } from "../../../src/sim/explore/make-network.ts";
import { FAULTS } from "../faults.ts";

test("makeNetwork, gives each network its seed and its faults, and all of them the rest", async () => {
  const make = makeNetwork({ record: true });
  assert.deepEqual([make(3, undefined).seed, make(3, undefined).faults], [3, []]);
  const net = make(4, [FAULTS.crash]);
  assert.deepEqual([net.seed, net.faults], [4, [FAULTS.crash]]);
  for (let n = 0; n < 3000; n++) net.host("a").note("one of many");
  assert.equal(net.events.length, 3001);
});

test("makeNetwork, refuses what each run has of its own", () => {
  assert.throws(() => makeNetwork({ faults: [] } as never), {
    message: "Cannot use network: it has faults, expected faults beside network",
  });
});
