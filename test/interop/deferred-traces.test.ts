/**
 * Random programs over the whole Deferred family do on Hawser, step for step, what they do on Twisted.
 *
 * `HAWSER_TRACE_PROGRAMS` says how many, `HAWSER_TRACE_SEED` which: program n of a run is the one of seed + n. What differs on purpose is
 * written in deferred_traces.py, where Twisted is made to differ the same way.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { peer } from "../support/peers.ts";
import type { Program } from "./deferred-traces/program.ts";
import { randomProgram } from "./deferred-traces/random-program.ts";
import { runProgram } from "./deferred-traces/run-program.ts";
import { shrink } from "./deferred-traces/shrink.ts";
import { TwistedProcess } from "./deferred-traces/twisted-process.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 3000);
const FIRST_SEED = Number(process.env["HAWSER_TRACE_SEED"] ?? 1);
const BATCH = 100;

const twisted = peer("twisted");

test(`Deferred, does what Twisted does, in ${PROGRAMS} random programs`, { skip: twisted.skip }, async () => {
  assert.ok(PROGRAMS > 0 && Number.isInteger(FIRST_SEED), "HAWSER_TRACE_PROGRAMS and HAWSER_TRACE_SEED are numbers");
  const oracle = new TwistedProcess(twisted.command);
  try {
    for (let done = 0; done < PROGRAMS; done += BATCH) {
      const count = Math.min(BATCH, PROGRAMS - done);
      const programs = Array.from({ length: count }, (_, index) => randomProgram(FIRST_SEED + done + index));
      const differing = programs[(await differ(oracle, programs)).indexOf(true)];
      if (differing !== undefined) await explain(oracle, differing);
    }
  } finally {
    await oracle.stop();
  }
});

/** For each program, whether the two traces differ. */
async function differ(oracle: TwistedProcess, programs: readonly Program[]): Promise<boolean[]> {
  const expected = oracle.run(programs);
  const traces: string[][] = [];
  for (const program of programs) traces.push(await runProgram(program));
  const wanted = await expected;
  return traces.map((trace, index) => trace.join("\n") !== wanted[index]?.join("\n"));
}

/** Fails with the smallest program that still differs. */
async function explain(oracle: TwistedProcess, program: Program): Promise<void> {
  const smallest = await shrink(program, (candidates) => differ(oracle, candidates));
  const [expected] = await oracle.run([smallest]);
  const text = inspect(smallest.steps, { depth: null, breakLength: 120 });
  assert.deepEqual(await runProgram(smallest), expected, `Program ${program.seed} differs, made smaller: ${text}`);
}
