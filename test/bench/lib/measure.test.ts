import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { figuresIn } from "../../../bench/lib/run-subject.ts";

/** Runs a program with `measure.ts` imported, and gives its figure. */
function figureOf(program: string): unknown {
  const module = new URL("../../../bench/lib/measure.js", import.meta.url).href;
  const source = `import { measure, measureAsync, report } from ${JSON.stringify(module)};\n${program}`;
  const env = { ...process.env, BENCH_SECONDS: "0.03" };
  return figuresIn(
    execFileSync(process.execPath, ["--input-type=module", "--eval", source], { encoding: "utf8", env }),
  )?.[""];
}

const work = "const end = performance.now() + 1; while (performance.now() < end); return 5;";

test("measure, repeats the batch and counts its operations by the second", () => {
  const { opsPerSecond } = figureOf(`measure(() => { ${work} });`) as { opsPerSecond: number };
  assert.ok(opsPerSecond > 0 && opsPerSecond <= 5000, String(opsPerSecond)); // at best 5 in each millisecond
});

test("measureAsync, waits for each batch", () => {
  const { opsPerSecond } = figureOf(`await measureAsync(async () => { await null; ${work} });`) as {
    opsPerSecond: number;
  };
  assert.ok(opsPerSecond > 0 && opsPerSecond <= 5000, String(opsPerSecond));
});

test("report, prints the figure as it is", () => {
  assert.deepEqual(figureOf("report({ seconds: 0.5 });"), { seconds: 0.5 });
});
