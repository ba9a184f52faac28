/**
 * Random programs of boxes and calls do on Hawser's AMP, step for step, what they do on Twisted's.
 *
 * `HAWSER_TRACE_PROGRAMS` says how many, `HAWSER_TRACE_SEED` which: program n of a run is the one of seed + n. What differs on purpose is
 * written in amp_traces.py, where Twisted is made to differ the same way.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { repositoryRoot } from "../../bench/lib/paths.ts";
import "../support/quiet-logs.ts";
import { peer } from "../support/peers.ts";
import type { Program } from "./amp-traces/program.ts";
import { randomProgram } from "./amp-traces/random-program.ts";
import { runProgram } from "./amp-traces/run-program.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 5000);
const FIRST_SEED = Number(process.env["HAWSER_TRACE_SEED"] ?? 1);

const twisted = peer("twisted");

test(`AMP, does what Twisted's does, in ${PROGRAMS} random programs`, { skip: twisted.skip }, () => {
  const programs = Array.from({ length: PROGRAMS }, (_, index) => randomProgram(FIRST_SEED + index));
  const differing = firstDifferent(programs);
  if (differing === undefined) return;
  const smallest = shrink(differing);
  assert.deepEqual(
    runProgram(smallest),
    runOnTwisted([smallest])[0],
    `Program ${differing.seed} differs, made smaller: ${inspect(smallest, { depth: null, breakLength: 120 })}`,
  );
});

/** The first program whose traces differ. */
function firstDifferent(programs: readonly Program[]): Program | undefined {
  const expected = runOnTwisted(programs);
  return programs.find((program, index) => runProgram(program).join("\n") !== expected[index]!.join("\n"));
}

/** The smallest program that still differs, of those that are found by leaving out steps. */
function shrink(program: Program): Program {
  const smaller = firstDifferent([...cuts(program)]);
  return smaller === undefined ? program : shrink(smaller);
}

function* cuts(program: Program): Generator<Program> {
  for (const index of program.steps.keys()) yield { ...program, steps: program.steps.toSpliced(index, 1) };
}

/** The traces of `programs` on Twisted. */
function runOnTwisted(programs: readonly Program[]): string[][] {
  const { status, stdout, stderr } = spawnSync(twisted.command, ["-B", pythonFile()], {
    input: JSON.stringify(programs),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as string[][];
}

/** Compiled tests lie in a folder of their own; the Python file is where its source is. */
function pythonFile(): string {
  return join(repositoryRoot(), "test/interop/amp_traces.py");
}
