/**
 * Random programs over clocks, loops and cooperative tasks do on Hawser, step for step, what they do on Twisted, with the same times to the
 * last bit.
 *
 * `HAWSER_TRACE_PROGRAMS` says how many, `HAWSER_TRACE_SEED` which: program n of a run is the one of seed + n. What differs on purpose is
 * written in clock_traces.py, where Twisted is made to differ the same way.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import { setUnhandledFailures } from "../../src/deferred/unhandled.ts";
import { peer } from "../support/peers.ts";
import type { Program, Step, Trace } from "./clock-traces/program.ts";
import { randomProgram } from "./clock-traces/random-program.ts";
import { runProgram } from "./clock-traces/run-program.ts";
import { TwistedProcess } from "./deferred-traces/twisted-process.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 2500);
const FIRST_SEED = Number(process.env["HAWSER_TRACE_SEED"] ?? 1);
const BATCH = 250;

type Oracle = TwistedProcess<Program, Trace>;

const twisted = peer("twisted");

// Programs fail where nobody listens.
before(() => setUnhandledFailures("off"));
after(() => setUnhandledFailures("turn"));

test(
  `Clock, LoopingCall and Cooperator, do what Twisted's do, in ${PROGRAMS} random programs`,
  { skip: twisted.skip },
  async () => {
    assert.ok(PROGRAMS > 0 && Number.isInteger(FIRST_SEED), "HAWSER_TRACE_PROGRAMS and HAWSER_TRACE_SEED are numbers");
    const oracle: Oracle = new TwistedProcess(twisted.command, "clock_traces.py");
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
  },
);

test("random programs over clocks, come by all that can happen", () => {
  const traces = Array.from({ length: 1500 }, (_, seed) =>
    runProgram(randomProgram(seed)).map((entry) => entry.join(" ")),
  );
  const text = traces.map((trace) => trace.join("\n")).join("\n\n");
  for (const wanted of WANTED) assert.match(text, wanted, `No program shows ${wanted}`);
});

const WANTED: readonly RegExp[] = [
  /^called call \d+ /m,
  /^call \d+ \S+ (true|false) /m,
  /^called deferred \d+ /m,
  /^pending call \d+ /m,
  /^called loop \d+ calls with 0 /m,
  /^called loop \d+ calls with 1 /m,
  /^called loop \d+ calls with [2-9] /m,
  /^loop ends loop \d+ well /m,
  /^loop ends loop \d+ E /m,
  /^loop is loop \d+ true true /m,
  /^loop is loop \d+ true false /m,
  /^loop is loop \d+ false true /m,
  /^schedule cooperator \d+ /m,
  /^unschedule cooperator \d+ /m,
  /^called iterator \d+ step [3-9] /m,
  /^ends task \d+ well /m,
  /^ends task \d+ E /m,
  /^ends task \d+ TaskStopped /m,
  /^ends task \d+ SchedulerStopped /m,
  /^ends iterator \d+ well /m,
  ...[
    "E",
    "AlreadyCalled",
    "AlreadyCancelled",
    "NotPaused",
    "SchedulerStopped",
    "TaskDone",
    "TaskFailed",
    "TaskStopped",
    "AlreadyCalledError",
    "InvalidState",
  ].map((name) => new RegExp(`^! ${name} `, "m")),
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
  const smallest = await shrink(oracle, program);
  const [expected] = await oracle.run([smallest]);
  const text = inspect({ ...smallest }, { depth: null, breakLength: 120 });
  assert.deepEqual(runProgram(smallest), expected, `Program ${program.seed} differs, made smaller: ${text}`);
}

/** The smallest program that is found by leaving out one step after the other, and that still differs. */
async function shrink(oracle: Oracle, program: Program): Promise<Program> {
  let smallest = program;
  for (;;) {
    const candidates = [...withoutOne(smallest.steps)].map((steps) => ({ ...smallest, steps }));
    const next = await firstThatDiffers(oracle, candidates);
    if (next === undefined) return smallest;
    smallest = next;
  }
}

/** The lists that `steps` becomes when one step is left out, here or in a function. */
function* withoutOne(steps: readonly Step[]): Generator<Step[]> {
  for (const [index, step] of steps.entries()) {
    yield steps.toSpliced(index, 1);
    if ("script" in step) {
      for (const inner of withoutOne(step.script.steps))
        yield steps.with(index, { ...step, script: { ...step.script, steps: inner } });
    }
    if ("scripts" in step) {
      for (const [place, script] of step.scripts.entries()) {
        if (step.scripts.length > 1) yield steps.with(index, { ...step, scripts: step.scripts.toSpliced(place, 1) });
        for (const inner of withoutOne(script.steps)) {
          yield steps.with(index, { ...step, scripts: step.scripts.with(place, { ...script, steps: inner }) });
        }
      }
    }
  }
}
