/**
 * Mixed clients through `portforward`, a throttle and limits, on each reactor: memory stays flat, and nothing is left behind. Slow tests.
 * `HAWSER_SOAK_SECONDS` says for how long, `HAWSER_SOAK_SEED` with what seed.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { KINDS } from "./clients.ts";
import { soak } from "./soak.ts";

const SECONDS = Number(process.env["HAWSER_SOAK_SECONDS"] ?? "1");
const SEED = Number(process.env["HAWSER_SOAK_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const MEBIBYTE = 1024 * 1024;
/** So few in a short soak that they are exceeded on any machine. */
const BYTES_PER_SECOND = (SECONDS < 60 ? 4 : 32) * MEBIBYTE;
/** What is compiled and what is fragmented may grow so far; a leak has no end. */
const HEAP_BOUND = MEBIBYTE;
const RESIDENT_BOUND = 24 * MEBIBYTE;

const reactors = ["node", ...(loadNativeCore() === null ? [] : ["epoll"])];

describe(`soak (slow), seed ${SEED}`, { concurrency: true }, () => {
  for (const reactor of reactors) {
    test(`portforward, throttled and limited, leaves nothing behind on the ${reactor} reactor`, async (t) => {
      const { outcomes, throttled, states, heapGrowth, residentGrowth } = await soak({
        reactor,
        seconds: SECONDS,
        seed: SEED,
        bytesPerSecond: BYTES_PER_SECOND,
      });
      const mebibytes = (values: readonly number[]): string => values.map((n) => (n / MEBIBYTE).toFixed(1)).join(" ");
      t.diagnostic(`seed ${SEED}, ${JSON.stringify(outcomes)}, throttled ${throttled} times`);
      t.diagnostic(`heap ${mebibytes(states.map(({ heap }) => heap))} MiB, growth ${mebibytes([heapGrowth])}`);
      t.diagnostic(`resident ${mebibytes(states.map((s) => s.resident))} MiB, growth ${mebibytes([residentGrowth])}`);
      for (const kind of KINDS)
        if (kind !== "aborter") assert.ok(outcomes.served[kind] > 0, `${kind}: nobody was served`);
      assert.ok(outcomes.aborted > 0 && outcomes.refused > 0 && throttled > 0, "not everything was tried");
      assert.ok(heapGrowth < HEAP_BOUND, `the heap grew by ${heapGrowth} bytes`);
      assert.ok(residentGrowth < RESIDENT_BOUND, `the process grew by ${residentGrowth} bytes`);
    });
  }

  test("a proxy that keeps something of each connection is found out", async () => {
    const { heapGrowth } = await soak({
      reactor: "node",
      seconds: Math.min(SECONDS, 10),
      seed: SEED,
      bytesPerSecond: BYTES_PER_SECOND,
      leaks: true,
    });
    assert.ok(heapGrowth > HEAP_BOUND, `the heap grew by only ${heapGrowth} bytes`);
  });
});
