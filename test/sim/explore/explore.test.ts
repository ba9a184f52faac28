import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ExplorationFailed } from "../../../src/sim/explore/exploration.ts";
import type { Exploration } from "../../../src/sim/explore/exploration.ts";
import { explore } from "../../../src/sim/explore/explore.ts";
import type { ExploreOptions } from "../../../src/sim/explore/explore.ts";
import type { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import { allAnswered, url } from "./programs.ts";
import "../../support/quiet-logs.ts";

const named = (name: string): { module: string; export: string } => ({ module: url, export: name });
/** The questions of a client, over worker threads. */
const QUESTIONS = {
  seeds: 200,
  faults: {},
  check: named("allAnswered"),
  run: { for: 120, until: named("isDone") },
  throws: false,
} satisfies Partial<ExploreOptions>;

/** Runs a program that was printed, as a user would, and answers its exit code and what it says. */
async function runText(program: string): Promise<{ code: number; output: string }> {
  // In the package, so that it finds `hawser/sim`.
  const folder = mkdtempSync(join(fileURLToPath(new URL("../../../", import.meta.url)), "reproduction-"));
  try {
    const file = join(folder, "program.mjs");
    writeFileSync(file, program);
    return await new Promise((resolve) => {
      execFile(process.execPath, [file], (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function reproduces({ failures }: Exploration): Promise<void> {
  const [failure] = failures;
  const { code, output } = await runText(failure!.reproduction);
  assert.equal(code, 1, output);
  assert.match(output, /^ExplorationFailed: /m);
  const [title] = failure!.reproduction.split("\n");
  assert.ok(output.includes(title!.replace("// ", "")), output);
  for (const line of failure!.lastEvents.trim().split("\n")) assert.ok(output.includes(`\n  ${line}\n`), output);
}

describe("explore", () => {
  test("finds a reply that is lost when the connection dies, and the one fault that it takes", async () => {
    const lines: string[] = [];
    const options = { ...QUESTIONS, program: named("losesReplies"), report: (line: string) => lines.push(line) };
    const exploration = await explore(options);
    const [failure, ...others] = exploration.failures;
    assert.deepEqual(others, []);
    assert.match(failure!.error.message, /^request \d+ has no reply$/);
    assert.ok(failure!.faults!.length > 1);
    assert.equal(failure!.shrunk!.length, 1);
    assert.match(failure!.lastEvents, / client note reply 20\n$/);
    assert.equal(lines.length, 3);
    assert.match(
      lines[0]!,
      new RegExp(`^Seed ${failure!.seed} fails after .* s of virtual time: AssertionError: request`),
    );
    assert.match(lines[1]!, new RegExp(`^Seed ${failure!.seed}: 1 of ${failure!.faults!.length} faults are needed`));
    assert.equal(lines[2], exploration.summary);
    assert.ok(exploration.summary.includes(failure!.reproduction.trim()));
    await reproduces(exploration);
  });

  test("finds nothing wrong with a client that asks again", async () => {
    const { summary } = await explore({ ...QUESTIONS, program: named("asksAgain") });
    assert.equal(summary, "200 seeds were run, none failed");
  });

  test("finds the same with any number of workers, as it does in this thread", async () => {
    const results: Exploration[] = [];
    for (const workers of [1, 4]) {
      const program = named("failsNowAndThen");
      results.push(await explore({ seeds: 10, program, workers, stopAfter: 3, throws: false }));
    }
    const [first, ...others] = results;
    for (const other of others) assert.deepEqual(other, first);
    assert.deepEqual([first!.runs, first!.failures.map(({ seed }) => seed)], [8, [3, 6, 7]]);
    assert.equal(first!.failures[1]!.error.message, "seed 6 is bad");

    const options = { ...QUESTIONS, program: named("losesReplies") };
    const here = await explore({ ...options, check: allAnswered });
    const there = await explore(options);
    const brief = ({ runs, failures: [failure] }: Exploration): unknown => [
      runs,
      failure!.seed,
      failure!.shrunk,
      failure!.virtualTime,
      failure!.lastEvents,
    ];
    assert.deepEqual(brief(here), brief(there));
  });

  test("throws what it found, so that a test fails", async () => {
    const program = (net: SimulatedNetwork): (() => void) => {
      net.host("a");
      return () => {
        if (net.seed === 12) throw new RangeError("not today");
      };
    };
    await assert.rejects(explore({ program }), (error) => {
      assert.ok(error instanceof ExplorationFailed);
      assert.match(error.message, /^Seed 12 fails after 60 s of virtual time: RangeError: not today\n/);
      assert.match(error.message, /\n13 seeds were run, 1 failed$/);
      return true;
    });
    assert.equal((await explore({ program, seeds: 10 })).runs, 10);
    assert.equal((await explore({ program, seeds: 10, firstSeed: 13 })).runs, 10);
    const { failures, runs } = await explore({ program, seeds: new Set([5, 12, 12, 40]), throws: false, stopAfter: 9 });
    assert.deepEqual([failures.map(({ seed }) => seed), runs], [[12], 3]);
  });

  test("prints a program for functions of this thread, too", async () => {
    const exploration = await explore({
      seeds: 50,
      faults: { kinds: ["crash", "pause"], within: [0, 10], lasting: [2, 20] },
      network: { link: { latency: 0.01 } },
      run: { for: 20 },
      program: (net) => {
        net.host("watcher");
        net.host("other").spawn((host) => host.note("up"));
        return net;
      },
      check: (net) => net.events.filter(({ kind, host }) => kind === "crash" && host === "other").length === 0,
      throws: false,
    });
    const { error, shrunk, reproduction } = exploration.failures[0]!;
    assert.equal(error.message, "The check answered false");
    assert.deepEqual(shrunk, [{ kind: "crash", at: 0, for: 0.001, host: "other" }]);
    assert.match(reproduction, /^ {2}network: \{ link: \{ latency: 0.01 \} \},\n {2}run: \{ for: 20 \},$/m);
    await reproduces(exploration);
  });

  test("shows the failure of a host, and what has not come true", async () => {
    const faults = [{ kind: "crash", at: 1, host: "a" }] as const;
    const host = await explore({ seeds: [5], workers: 1, program: named("hostFails"), throws: false });
    assert.match(host.summary, /^Seed 5 fails after 2 s of virtual time: TypeError: no such thing\n/);
    assert.match(host.summary, /^ {2}2\.000000000 a error TypeError: no such thing$/m);
    const until = { run: { for: 3, until: named("neverTrue") } };
    const stalled = await explore({
      seeds: [5],
      workers: 1,
      program: named("hostFails"),
      faults,
      ...until,
      throws: false,
    });
    assert.match(
      stalled.summary,
      /^Seed 5 fails .*: Error: What the run waits for has not come true in 3 s of virtual time$/m,
    );
    // Without the crash the host itself fails, which is another failure. After a short one it starts again, too late to do so.
    const { shrunk } = stalled.failures[0]!;
    assert.deepEqual(shrunk, [{ kind: "crash", at: 1, for: 0.001, host: "a" }]);
  });

  test("tells where a program depends on more than the seed", async () => {
    let runs = 0;
    const program = (): void => {
      if (++runs === 4) throw new Error("the fourth time");
    };
    const { failures, summary } = await explore({ program, throws: false });
    assert.deepEqual([failures[0]!.seed, failures[0]!.repeatable], [3, false]);
    assert.match(summary, /^With the same seed and the same faults it does not fail in this way again/m);
  });

  test("gives up on a run that takes too long: in a thread that one, in this thread all", async () => {
    const there = await explore({
      seeds: [2],
      program: named("isUnruly"),
      faults: {},
      timeLimit: 0.5,
      workers: 1,
      stopAfter: 2,
      throws: false,
    });
    assert.match(there.summary, /^Seed 2 fails: Error: The run takes more than 0.5 s of real time$/m);
    assert.deepEqual([there.runs, there.failures.length], [1, 1]);
    assert.match(there.failures[0]!.reproduction, /^ {2}faults: \{\},$/m);
    const program = (net: SimulatedNetwork): unknown => (net.seed === 2 ? new Promise(() => {}) : undefined);
    const here = await explore({ seeds: [1, 2, 3], program, timeLimit: 0.05, stopAfter: 2, throws: false });
    assert.deepEqual([here.runs, here.failures.length], [2, 1]);
  });

  test("a network that runs for too long in this thread stops", async () => {
    const nets: SimulatedNetwork[] = [];
    const program = (net: SimulatedNetwork): void => {
      nets.push(net);
      net.host("a").spawn(({ reactor }) => {
        const again = (): unknown => reactor.callLater(0.001, again);
        again();
      });
    };
    const { failures } = await explore({ program, run: { for: 1e6 }, timeLimit: 0.05, throws: false });
    assert.equal(failures[0]!.error.message, "The run takes more than 0.05 s of real time");
    assert.match(failures[0]!.lastEvents, / a boot\n/);
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await turn();
    await turn();
    const stopped = nets[0]!.seconds();
    for (let n = 0; n < 100; n++) await turn();
    assert.ok(stopped > 0);
    assert.equal(nets[0]!.seconds(), stopped);
  });

  test("goes by real time where programs are guarded against it", async () => {
    for (const guard of ["throw", "simulate"] as const) {
      const program = (net: SimulatedNetwork): void => {
        net.host("a").spawn(async ({ reactor }) => {
          await new Promise<void>((resolve) => reactor.callLater(5, resolve));
          if (net.seed === 3) setTimeout(() => {}, 1);
        });
      };
      const options = { program, network: { guard }, timeLimit: 30, throws: false } as const;
      assert.equal((await explore({ ...options, seeds: 3 })).failures.length, 0);
      const { failures } = await explore({ ...options, seeds: [3] });
      assert.deepEqual(
        failures.map(({ error, virtualTime }) => [error.name, virtualTime]),
        guard === "throw" ? [["SimulationGuardError", 5]] : [],
      );
    }
  });

  test("leaves the runtime as many turns as it is told to", async () => {
    const timesOf = async (turns: number): Promise<number[]> => {
      const times: number[] = [];
      await explore({
        seeds: 2,
        program: (net) => {
          net.host("a").spawn(() => setImmediate(() => setImmediate(() => times.push(net.seconds()))));
          net.at(1, () => {});
        },
        run: { for: 2, turns },
      });
      return times;
    };
    assert.deepEqual(await timesOf(4), [0, 0]);
    assert.notDeepEqual(await timesOf(0), [0, 0]);
  });

  test("refuses options that make no sense", async () => {
    const program = (): void => {};
    for (const [options, error, message] of [
      [{ program, seed: 1 }, TypeError, /^Cannot use options of explore: there is no 'seed', expected seeds, /],
      [{ program, run: { seconds: 1 } }, TypeError, /^Cannot use options of explore: run: there is no 'seconds'/],
      [{ program, network: { seed: 1 } }, TypeError, "Cannot use network: it has seed, expected seeds beside network"],
      [{ program, seeds: -1 }, RangeError, "Cannot use seeds: it is -1, expected a whole number, 0 or more"],
      [{ program, seeds: 7n }, TypeError, "Cannot explore the seeds 7n: expected how many, or a list of numbers"],
      [{ program, firstSeed: 0.5 }, RangeError, "Cannot use firstSeed: it is 0.5, expected a whole number, 0 or more"],
      [{ program, stopAfter: 0 }, RangeError, "Cannot use stopAfter: it is 0, expected a number, 1 or more"],
      [{ program, timeLimit: 0 }, RangeError, "Cannot use timeLimit: it is 0, expected a number of seconds above 0"],
      [{ program, workers: 0 }, RangeError, "Cannot use workers: it is 0, expected a whole number, 1 or more"],
      [{ program, maxShrinkRuns: -1 }, RangeError, "Cannot use maxShrinkRuns: it is -1, expected a number, 0 or more"],
      [{ program, seeds: [0.5] }, TypeError, "Cannot use the seed 0.5: expected a whole number"],
      [
        { program, run: { for: -1 } },
        RangeError,
        "Cannot use run.for: it is -1, expected a number of seconds, 0 or more",
      ],
      [
        { program, run: { turns: 0.5 } },
        RangeError,
        "Cannot use run.turns: it is 0.5, expected a whole number, 0 or more",
      ],
      [{ program, faults: [{ kind: "fire" }] }, TypeError, /^Cannot use fault 1 of the plan: it is \{ kind: 'fire' \}/],
      [{ program, faults: { most: -1 } }, RangeError, /^Cannot use a recipe for faults: most: it is -1/],
      [{}, TypeError, "Cannot run undefined in another thread: expected a function or { module, export }"],
      [{ program: { module: "./here.js" } }, Error, /it does not say relative to what/],
      [{ program: named("url"), check: program }, Error, /it is 'file:.*', expected a function$/],
    ] as const) {
      await assert.rejects(explore(options as never), (thrown) => {
        assert.ok(thrown instanceof error, String(thrown));
        if (typeof message === "string") assert.equal(thrown.message, message);
        else assert.match(thrown.message, message);
        return true;
      });
    }
  });
});
