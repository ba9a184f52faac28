import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { examineFailure } from "../../../src/sim/explore/examine-failure.ts";
import type { Examination } from "../../../src/sim/explore/examine-failure.ts";
import { isPlan } from "../../../src/sim/is-plan.ts";
import type { RunFailure } from "../../../src/sim/explore/simulation.ts";
import type { Fault } from "../../../src/sim/fault.ts";
import { definitionOf } from "../../../src/threads/thread-function.ts";
import { FAULTS } from "../faults.ts";
import { failureNamed } from "./fake-network.ts";

const PLAN = [FAULTS.pause, FAULTS.crash, FAULTS.reset];
/** A crash as small as it gets. */
const CRASH = { ...FAULTS.crash, at: 0, for: 0.001 };

/** Examines a failure of a program that fails as `fails` says. */
async function examine(
  first: RunFailure,
  fails: (faults: readonly Fault[]) => RunFailure | undefined,
  more: Partial<Examination> = {},
): Promise<{ found: Awaited<ReturnType<typeof examineFailure>>; lines: string[]; runs: number }> {
  const lines: string[] = [];
  let runs = 0;
  const found = await examineFailure(first, {
    seed: 7,
    faults: { most: 3 },
    network: {},
    program: definitionOf({ module: "file:///program.js" }),
    check: undefined,
    until: undefined,
    for: 60,
    turns: 0,
    shrink: true,
    maxShrinkRuns: 100,
    report: (line) => lines.push(line),
    runner: {
      run: (seed, faults) => {
        runs++;
        assert.ok(seed === 7 && faults !== undefined && isPlan(faults));
        return Promise.resolve(fails(faults));
      },
    },
    ...more,
  });
  return { found, lines, runs };
}

describe("examineFailure", () => {
  test("shrinks the plan, and tells of the run with the small one", async () => {
    const failing = (faults: readonly Fault[]): RunFailure | undefined =>
      faults.some(({ kind }) => kind === "crash")
        ? failureNamed("Oops", { faults, virtualTime: faults.length, lastEvents: `${faults.length} faults\n` })
        : undefined;
    const { found, lines, runs } = await examine(failing(PLAN)!, failing);
    assert.deepEqual(found.faults, PLAN);
    assert.deepEqual(found.shrunk, [CRASH]);
    assert.deepEqual([found.virtualTime, found.lastEvents, found.repeatable], [1, "1 faults\n", true]);
    assert.match(
      found.reproduction,
      /^\/\/ Seed 7 fails after 1 s [^]*\{ kind: "crash", at: 0, for: 0.001, host: "a" \}/,
    );
    // The first run finds out whether it fails again.
    assert.deepEqual(lines, [`Seed 7: 1 of 3 faults are needed, as ${runs - 1} runs have shown`]);
  });

  test("shrinks for this failure, not for another one that is there as well", async () => {
    const failing = (faults: readonly Fault[]): RunFailure =>
      failureNamed(faults.some(({ kind }) => kind === "crash") ? "Oops" : "Other", { faults });
    const { found } = await examine(failing(PLAN), failing);
    assert.deepEqual([found.error.name, found.shrunk], ["Oops", [CRASH]]);
  });

  test("says so where it does not fail again", async () => {
    const first = failureNamed("Oops", { faults: PLAN });
    for (const again of [undefined, failureNamed("Other")]) {
      const { found, runs } = await examine(first, () => again);
      assert.deepEqual([found.repeatable, found.shrunk, runs], [false, undefined, 1]);
      assert.equal(found.error, first.error);
    }
  });

  test("does not shrink what has no faults, took too long, is not known, or is not to be shrunk", async () => {
    const none = await examine(failureNamed("Oops"), () => failureNamed("Oops"));
    assert.deepEqual([none.found.repeatable, none.found.shrunk, none.runs], [true, undefined, 1]);
    for (const [first, more] of [
      [failureNamed("Oops", { origin: "limit", faults: PLAN }), {}],
      [failureNamed("Oops", { faults: undefined }), {}],
      [failureNamed("Oops", { faults: PLAN }), { shrink: false }],
    ] as const) {
      const { found, runs } = await examine(first, () => assert.fail(), more);
      assert.deepEqual([found.repeatable, found.shrunk, runs], [undefined, undefined, 0]);
      // The plan is drawn again where nothing else is known.
      assert.match(found.reproduction, first.faults === undefined ? /faults: \{ most: 3 \}/ : /kind: "reset"/);
    }
  });

  test("runs no more often than it may", async () => {
    const failing = (faults: readonly Fault[]): RunFailure | undefined =>
      faults.length > 1 ? failureNamed("Oops", { faults }) : undefined;
    const { found, runs } = await examine(failing(PLAN)!, failing, { maxShrinkRuns: 2 });
    assert.deepEqual([found.shrunk, runs], [PLAN, 3]);
  });
});
