import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { peer } from "../support/peers.ts";

function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const program = fileURLToPath(new URL("../../bench/run.js", import.meta.url));
  return spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
}

test("run, prints the table and writes the JSON and the chart, for the smoke benchmark", (t) => {
  const results = mkdtempSync(join(tmpdir(), "hawser-bench-"));
  t.after(() => rmSync(results, { recursive: true }));
  const { status, stdout, stderr } = bench("smoke", "--quick", "--rounds", "1", "--results", results);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^question .*\nadditions in a loop +JavaScript .* the same again .* ok$/m);
  assert.match(
    stdout,
    peer("twisted").skip === false ? /^ +Python .* ok$/m : /^ +Python .* skipped: python3-twisted is not installed$/m,
  );
  const { answers } = JSON.parse(readFileSync(join(results, "smoke.json"), "utf8")) as {
    answers: { peers: unknown[] }[];
  };
  assert.equal(answers[0]?.peers.length, 2);
  assert.match(readFileSync(join(results, "smoke.svg"), "utf8"), /^<svg /);
});

test("run, lists the benchmarks, without a name or with an unknown one", () => {
  const none = bench();
  assert.equal(none.status, 0);
  assert.match(none.stdout, /^Benchmarks: .*\bsmoke\b/);
  const unknown = bench("smoke", "nonsense");
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /Cannot run nonsense: there is no such benchmark/);
});

test("run, refuses a number of rounds that is none", () => {
  const { status, stderr } = bench("smoke", "--rounds", "few");
  assert.equal(status, 1);
  assert.match(stderr, /Cannot run "few" rounds/);
});

test("run, asks only the questions and the peers that it is told, for as long as it is told", (t) => {
  const results = mkdtempSync(join(tmpdir(), "hawser-bench-"));
  t.after(() => rmSync(results, { recursive: true }));
  const options = ["--rounds", "1", "--seconds", "0.02", "--results", results];
  const { status, stdout, stderr } = bench("smoke", "--only", "loop", "--against", "again", ...options);
  assert.equal(status, 0, stdout + stderr);
  assert.deepEqual(stdout.match(/JavaScript|the same again|Python/g), ["JavaScript", "the same again"]);
  assert.match(readFileSync(join(results, "smoke.json"), "utf8"), /1 rounds of 0\.02 s/);
  const none = bench("smoke", "--only", "nonsense", ...options);
  assert.equal(none.status, 1);
  assert.match(none.stderr, /Cannot run smoke only for nonsense: no question has that/);
});

test("run, refuses seconds that are none", () => {
  const { status, stderr } = bench("smoke", "--seconds", "0");
  assert.equal(status, 1);
  assert.match(stderr, /Cannot run for "0" seconds, expected a number above 0/);
});
