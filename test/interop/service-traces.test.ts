/**
 * Random programs over services do on Hawser, step for step, what they do on Twisted: trees of services, timers, and servers on endpoints. What differs on
 * purpose is written in service_traces.py, where Twisted is made to differ the same way, and in docs/coming-from-twisted.md.
 *
 * `HAWSER_TRACE_PROGRAMS` says how many, `HAWSER_TRACE_SEED` which: program n of a run is the one of seed + n.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setUnhandledFailures } from "../../src/deferred/unhandled.ts";
import { compareTraces } from "../support/compare-traces.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";
import { randomProgram } from "./service-traces/random-program.ts";
import { runProgram } from "./service-traces/run-program.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 3000);
const FIRST_SEED = Number(process.env["HAWSER_TRACE_SEED"] ?? 1);
const twisted = peer("twisted");

// Services fail to stop where nobody listens.
before(() => setUnhandledFailures("off"));
after(() => setUnhandledFailures("turn"));

test(`services, do what Twisted's do, in ${PROGRAMS} random programs`, { skip: twisted.skip }, async () => {
  const programs = Array.from({ length: PROGRAMS }, (_, index) => randomProgram(FIRST_SEED + index));
  await compareTraces({ python: twisted.command, script: "service_traces.py", programs, run: runProgram });
});

test("random programs over services, come by all that can happen", () => {
  const text = Array.from({ length: 2000 }, (_, seed) => runProgram(randomProgram(seed)).join("\n")).join("\n\n");
  for (const wanted of [
    /^privileged \d/m,
    /^! (E|Duplicate|NotFound|NoParent|HasParent)$/m,
    /^! it runs already$/m,
    /^found \d/m,
    /^over \d+ \[true nothing, false E/m,
    /^over \d+ \[.*\[/m,
    /^over \d+ well$/m,
    /^over \d+ E$/m,
    /^called \d\S* true$/m,
    /^cancelled$/m,
    /^stopListening$/m,
  ])
    assert.match(text, wanted);
});
