import assert from "node:assert/strict";
import { performance as imported } from "node:perf_hooks";
import { hrtime } from "node:process";
import { test } from "node:test";
import { clockReplacements } from "../../../src/sim/guard/guarded-clocks.ts";
import { guarded } from "./simulated-host.ts";

test("clocks of the process, of simulated code, are those of its host", async () => {
  assert.equal(clockReplacements().length, 4);
  await guarded("simulate", (host) => {
    host.clock.advance(12.25);
    assert.deepEqual([performance.now(), imported.now(), process.uptime()], [12_250, 12_250, 12.25]);
    assert.equal(performance.timeOrigin, 1_000_000_000_000);
    assert.deepEqual(
      [process.hrtime(), hrtime(), process.hrtime.bigint()],
      [[12, 250_000_000], [12, 250_000_000], 12_250_000_000n],
    );
    assert.deepEqual(
      [process.hrtime([10, 0]), process.hrtime([10, 500_000_000])],
      [
        [2, 250_000_000],
        [1, 750_000_000],
      ],
    );
    assert.throws(() => process.hrtime("no" as never), { code: "ERR_INVALID_ARG_TYPE" });
  });
  assert.ok(performance.timeOrigin > 1_000_000_000_000);
});
