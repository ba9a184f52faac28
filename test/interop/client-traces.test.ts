/**
 * Client services do on Hawser, step for step, what they do on Twisted, in random programs of starting, stopping, connecting, failing and losing.
 *
 * `HAWSER_TRACE_PROGRAMS` says how many, `HAWSER_TRACE_SEED` which: program n of a run is the one of seed + n. What differs on purpose is
 * written in client_traces.py, where Twisted is made to differ the same way.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import { setUnhandledFailures } from "../../src/deferred/unhandled.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";
import type { Program, Step, Trace } from "./client-traces/program.ts";
import { randomProgram } from "./client-traces/random-program.ts";
import { runProgram } from "./client-traces/run-program.ts";
import { TwistedProcess } from "./deferred-traces/twisted-process.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 3000);
const FIRST_SEED = Number(process.env["HAWSER_TRACE_SEED"] ?? 1);
const BATCH = 500;

type Oracle = TwistedProcess<Program, Trace>;

const twisted = peer("twisted");

// Programs fail where nobody listens.
before(() => setUnhandledFailures("off"));
after(() => setUnhandledFailures("turn"));

test(`ClientService, does what Twisted's does, in ${PROGRAMS} random programs`, { skip: twisted.skip }, async () => {
  assert.ok(PROGRAMS > 0 && Number.isInteger(FIRST_SEED), "HAWSER_TRACE_PROGRAMS and HAWSER_TRACE_SEED are numbers");
  const oracle: Oracle = new TwistedProcess(twisted.command, "client_traces.py");
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

test("random programs over client services, come by all that can happen", () => {
  const text = Array.from({ length: 1000 }, (_, seed) => runProgram(randomProgram(seed)).join("\n")).join("\n\n");
  for (const wanted of WANTED) assert.match(text, wanted, `No program shows ${wanted}`);
});

const WANTED: readonly RegExp[] = [
  /^attempt [3-9]$/m,
  /^cancelled \d+$/m,
  /^cancelled preparing$/m,
  /^failures [3-9]$/m,
  /^\d+ has protocol [1-9]$/m,
  /^\d+ has Refused$/m,
  /^\d+ has Unprepared$/m,
  /^\d+ has Closed$/m,
  /^\d+ has CancelledError$/m,
  /^stopped \d+$/m,
  /^loseConnection$/m,
  /^abortConnection$/m,
  // It is started again while it stops, and stops again.
  /^start\n(is true \[\]\n)+stop \d+\nis false \[\]$/m,
  /^lost protocol \d+ Closed\nstopped \d+\nattempt \d+$/m,
];

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
    const candidates = [...withoutOne(smallest.steps)].map((steps) => ({ ...smallest, steps }));
    const next = await firstThatDiffers(oracle, candidates);
    if (next === undefined) break;
    smallest = next;
  }
  const [expected] = await oracle.run([smallest]);
  const text = inspect({ ...smallest }, { depth: null, breakLength: 120 });
  assert.deepEqual(runProgram(smallest), expected, `Program ${program.seed} differs, made smaller: ${text}`);
}

/** The lists that `steps` becomes when one step is left out, here or in a script. */
function* withoutOne(steps: readonly Step[]): Generator<Step[]> {
  for (const [index, step] of steps.entries()) {
    yield steps.toSpliced(index, 1);
    if (!("script" in step)) continue;
    for (const inner of withoutOne(step.script)) yield steps.with(index, { ...step, script: inner });
  }
}
