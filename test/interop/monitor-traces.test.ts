/**
 * Process monitors do on Hawser, step for step and at the same times, what they do on Twisted, in random programs of adding, removing, starting,
 * stopping and dying.
 *
 * `HAWSER_TRACE_PROGRAMS` says how many, `HAWSER_TRACE_SEED` which: program n of a run is the one of seed + n. What differs on purpose is
 * written in monitor_traces.py, where Twisted is made to differ the same way.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { peer } from "../support/peers.ts";
import { TwistedProcess } from "./deferred-traces/twisted-process.ts";
import type { Program, Trace } from "./monitor-traces/program.ts";
import { randomProgram } from "./monitor-traces/random-program.ts";
import { runProgram } from "./monitor-traces/run-program.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 2000);
const FIRST_SEED = Number(process.env["HAWSER_TRACE_SEED"] ?? 1);
const BATCH = 500;

type Oracle = TwistedProcess<Program, Trace>;

const twisted = peer("twisted");

test(`ProcessMonitor, does what Twisted's does, in ${PROGRAMS} random programs`, { skip: twisted.skip }, async () => {
  assert.ok(PROGRAMS > 0 && Number.isInteger(FIRST_SEED), "HAWSER_TRACE_PROGRAMS and HAWSER_TRACE_SEED are numbers");
  const oracle: Oracle = new TwistedProcess(twisted.command, "monitor_traces.py");
  try {
    for (let done = 0; done < PROGRAMS; done += BATCH) {
      const count = Math.min(BATCH, PROGRAMS - done);
      const programs = Array.from({ length: count }, (_, index) => randomProgram(FIRST_SEED + done + index));
      const differing = await firstThatDiffers(oracle, programs);
      if (differing !== undefined) await explain(oracle, differing);
    }
  } finally {
    await oracle.stop();
  }
});

test("random programs over process monitors, come by all that can happen", () => {
  const text = Array.from({ length: 500 }, (_, seed) => runProgram(randomProgram(seed)).join("\n")).join("\n\n");
  for (const wanted of [/^[1-9]\S* spawn/m, / TERM /, / KILL /, /^! KeyError$/m, /^is true \[\d\S*, \d/m])
    assert.match(text, wanted, `No program shows ${wanted}`);
});

async function firstThatDiffers(oracle: Oracle, programs: readonly Program[]): Promise<Program | undefined> {
  const expected = oracle.run(programs);
  // Meanwhile Twisted runs them.
  const traces = programs.map((program) => JSON.stringify(runProgram(program)));
  const wanted = (await expected).map((trace) => JSON.stringify(trace));
  return programs.find((_, index) => traces[index] !== wanted[index]);
}

/** Fails with the smallest program that still differs. */
async function explain(oracle: Oracle, program: Program): Promise<void> {
  let smallest = program;
  for (;;) {
    const { steps } = smallest;
    const candidates = steps.map((_, index) => ({ ...smallest, steps: steps.toSpliced(index, 1) }));
    const next = await firstThatDiffers(oracle, candidates);
    if (next === undefined) break;
    smallest = next;
  }
  const [expected] = await oracle.run([smallest]);
  const text = inspect({ ...smallest }, { depth: null, breakLength: 120 });
  assert.deepEqual(runProgram(smallest), expected, `Program ${program.seed} differs, made smaller: ${text}`);
}
