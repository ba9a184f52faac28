/** Random programs on our Deferred and on a naive model leave the same trace. */
import assert from "node:assert/strict";
import { before, after, test } from "node:test";
import fc from "fast-check";
import { setUnhandledFailures } from "../../src/deferred/unhandled.ts";
import { programs, run } from "./program.ts";
import { model, ours } from "./worlds.ts";

// Most programs leave failures lying about.
before(() => setUnhandledFailures("off"));
after(() => setUnhandledFailures("turn"));

test("Deferred, does in every random program what the model does", () => {
  fc.assert(
    fc.property(programs, (program) => {
      assert.deepEqual(run(program, ours), run(program, model));
    }),
    { numRuns: 3000 },
  );
});

test("random programs, come by all that a Deferred can do", () => {
  const traces = fc.sample(programs, { numRuns: 1000, seed: 1 }).map((program) => run(program, ours).join("\n"));
  for (const wanted of [
    /^both \d+ of E\d/m,
    /^callback \d+ of \d/m,
    /^errback \d+ of CancelledError/m,
    /^errback \d+ of TypeError/m,
    /^(errback|both) \d+ of AlreadyCalledError/m,
    /threw AlreadyCalledError/,
    /^canceller \d/m,
    /^called, paused 1: Deferred \d/m,
    /^called, paused 2: Deferred \d/m,
    /^called, paused 1: \d/m,
    /^pending, paused 1: undefined/m,
  ]) {
    assert.ok(
      traces.some((trace) => wanted.test(trace)),
      `No program shows ${wanted}`,
    );
  }
});
