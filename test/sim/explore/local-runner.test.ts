import assert from "node:assert/strict";
import { test } from "node:test";
import { localRunner } from "../../../src/sim/explore/local-runner.ts";
import { FAULTS } from "../faults.ts";
import { fakeScenario } from "./fake-network.ts";

test("localRunner, runs seeds in this thread, one at a time, as long as they may take", async () => {
  const seen: unknown[] = [];
  const program = (net: { seed: number; faults: unknown }): unknown => {
    seen.push([net.seed, net.faults]);
    return net.seed === 2 ? new Promise(() => {}) : undefined;
  };
  const runner = localRunner(fakeScenario({ program }), 0.02);
  assert.deepEqual([runner.lanes, runner.endsRuns], [1, false]);
  assert.equal(await runner.run(1, [FAULTS.crash]), undefined);
  assert.equal((await runner.run(2, undefined))?.origin, "limit");
  assert.deepEqual(seen, [
    [1, [FAULTS.crash]],
    [2, []],
  ]);
  await runner.close();
});
