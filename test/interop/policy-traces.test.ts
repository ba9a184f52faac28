/**
 * Random programs over policies do on Hawser, step for step, what they do on Twisted. What differs on purpose is written in policy_traces.py, where Twisted
 * is made to differ the same way, and in docs/coming-from-twisted.md.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";
import { TwistedProcess } from "./deferred-traces/twisted-process.ts";
import type { Program } from "./policy-traces/program.ts";
import { anyProgram } from "./policy-traces/random-program.ts";
import { runProgram } from "./policy-traces/run-program.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 1000);
const twisted = peer("twisted");

test(`policies, do what Twisted's do, in ${PROGRAMS} random programs`, { skip: twisted.skip }, async () => {
  const oracle = new TwistedProcess<Program, string[]>(twisted.command, "policy_traces.py");
  try {
    const programs = fc.sample(anyProgram, PROGRAMS);
    const theirs = await oracle.run(programs);
    for (const [index, program] of programs.entries()) {
      assert.deepEqual(runProgram(program), theirs[index], JSON.stringify(program));
    }
  } finally {
    await oracle.stop();
  }
});

test("random programs over policies, come by all that can happen", () => {
  const text = fc
    .sample(anyProgram, { numRuns: 3000, seed: 1 })
    .map((program) => runProgram(program).join("\n"))
    .join("\n\n");
  for (const wanted of [
    /^refused/m,
    /producer pauses/,
    /producer resumes/,
    /\d paused /,
    / true$/m,
    /elided/,
    /^made -/m,
    /^SV 1: /m,
  ])
    assert.match(text, wanted);
});
