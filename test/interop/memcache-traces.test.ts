/**
 * Random programs over the client of memcached do on Hawser, step for step, what they do on Twisted.
 *
 * `HAWSER_TRACE_PROGRAMS` says how many, `HAWSER_TRACE_SEED` which: program n of a run is the one of seed + n. What differs on purpose is
 * written in memcache_traces.py, where Twisted is made to differ the same way.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { peer } from "../support/peers.ts";
import type { Program } from "./memcache-traces/program.ts";
import { randomProgram } from "./memcache-traces/random-program.ts";
import { runProgram } from "./memcache-traces/run-program.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 2000);
const FIRST_SEED = Number(process.env["HAWSER_TRACE_SEED"] ?? 1);

const twisted = peer("twisted");

test(`MemCacheProtocol, does what Twisted's does, in ${PROGRAMS} random programs`, { skip: twisted.skip }, () => {
  const programs = Array.from({ length: PROGRAMS }, (_, index) => randomProgram(FIRST_SEED + index));
  const expected = runOnTwisted(programs);
  const kinds = new Set<string>();
  for (const [index, program] of programs.entries()) {
    const trace = runProgram(program);
    assert.deepEqual(trace, expected[index], `Program ${program.seed} differs: ${JSON.stringify(program.steps)}`);
    for (const line of trace) kinds.add(line.replace(/^\d+ /, ""));
  }
  const ends = ["true", "false", "ClientError", "ClientError bad format", "ServerError no memory", "NoSuchCommand"];
  for (const end of [...ends, "TimeoutError", "ConnectionDone", "CancelledError", "not connected", "0,none"]) {
    assert.ok(kinds.has(end), `no command has come to "${end}"`);
  }
});

function runOnTwisted(programs: readonly Program[]): string[][] {
  const compiled = fileURLToPath(new URL("./memcache_traces.py", import.meta.url));
  const { status, stdout, stderr } = spawnSync(twisted.command, ["-B", compiled.replace("/dist/", "/")], {
    input: JSON.stringify(programs),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as string[][];
}
