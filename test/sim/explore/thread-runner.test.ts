import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { threadRunner } from "../../../src/sim/explore/thread-runner.ts";
import type { RunFailure, SeedRunner } from "../../../src/sim/explore/simulation.ts";
import { ThreadFunctionError } from "../../../src/threads/errors.ts";
import { definitionOf } from "../../../src/threads/thread-function.ts";
import type { Fault } from "../../../src/sim/fault.ts";
import { url } from "./programs.ts";

const CRASH: Fault = { kind: "crash", at: 1, host: "a" };

async function using<T>(
  name: string,
  limit: number,
  body: (runner: SeedRunner) => Promise<T>,
  module = url,
): Promise<T> {
  const program = definitionOf({ module, export: name });
  const runner = threadRunner(
    { program, check: undefined, until: undefined, for: 60, turns: 0, network: {} },
    2,
    limit,
  );
  try {
    return await body(runner);
  } finally {
    await runner.close();
  }
}

function brief(failure: RunFailure | undefined): unknown {
  return failure && [failure.origin, failure.error.message, failure.faults, failure.virtualTime];
}

describe("threadRunner", () => {
  test("runs programs of modules, and tells how they fail", () =>
    using("hostFails", 60, async (runner) => {
      assert.deepEqual([runner.lanes, runner.endsRuns], [2, true]);
      const [first, second] = await Promise.all([runner.run(1, undefined), runner.run(2, [CRASH])]);
      assert.deepEqual(brief(first), ["host", "no such thing", [], 2]);
      assert.match(first!.error.stack, /^TypeError: no such thing\n {4}at .*programs\.js/);
      assert.equal(second, undefined);
    }));

  test("ends a run that takes too long, survives threads that end, and blames stray errors on the run", () =>
    using("isUnruly", 1.5, async (runner) => {
      assert.equal(await runner.run(1, undefined), undefined);
      const [endless, gone] = await Promise.all([runner.run(2, [CRASH]), runner.run(4, { most: 1 })]);
      assert.deepEqual(brief(endless), ["limit", "The run takes more than 1.5 s of real time", [CRASH], undefined]);
      assert.equal(gone?.origin, "program");
      assert.match(gone.error.message, /the thread exited with code 3/);
      assert.equal(gone.faults, undefined);
      const strays = [await runner.run(6, undefined), await runner.run(8, undefined)];
      assert.deepEqual(strays.map(brief), [
        ["program", "nobody waits for this", [], 0],
        ["program", "nobody catches this", [], 0],
      ]);
      assert.equal(await runner.run(1, undefined), undefined);
    }));

  test("fails where the program cannot be run at all", async () => {
    const run = (runner: SeedRunner): Promise<unknown> => runner.run(1, undefined);
    await assert.rejects(using("noSuchName", 60, run), ThreadFunctionError);
    await assert.rejects(using("program", 60, run, "file:///no/such/module.js"), { code: "ERR_MODULE_NOT_FOUND" });
  });

  test("close, ends what still runs", () =>
    using("isUnruly", 60, async (runner) => {
      void runner.run(2, undefined).catch(() => {});
      await runner.close();
    }));
});
