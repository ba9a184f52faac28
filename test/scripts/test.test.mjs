import assert from "node:assert/strict";
import { test } from "node:test";
import { compilable, runScript, temporaryTree } from "./temporary-tree.mjs";

const half =
  'export function half(n: number): string {\n  if (n === 2) {\n    return "one";\n  }\n  return "other";\n}\n';
const passing =
  'import { test } from "node:test";\nimport { half } from "../dist/src/half.js";\ntest("half, is asked", () => void half(2));\n';
const complete = passing.replace("void half(2)", "void [half(2), half(3)]");
const failing =
  'import { test } from "node:test";\ntest("the failing one", () => { throw new Error("as it should"); });\n';
const later = failing.replace("() =>", "{ todo: true }, () =>");
const sources = {
  ...compilable,
  "src/half.ts": half,
  "src/shape.ts": "export interface Shape {\n  size: number;\n}\n",
};

test("test.mjs, ends with the runner's summary and code 0, when all pass", async (t) => {
  const root = temporaryTree(t, { ...sources, "test/half.test.mjs": passing, "test/later.test.mjs": later });
  const { code, output } = await runScript("test.mjs", root);
  assert.equal(code, 0, output);
  assert.match(
    output,
    /ℹ tests 2\nℹ suites 0\nℹ pass 1\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 1\nℹ duration_ms [\d.]+\n$/,
  );
});

test("test.mjs, ends with the summary and code 1, when a test fails", async (t) => {
  const root = temporaryTree(t, { ...sources, "test/half.test.mjs": passing, "test/bad.test.mjs": failing });
  const { code, output } = await runScript("test.mjs", root);
  assert.equal(code, 1);
  assert.match(output, /the failing one/);
  assert.match(output, /ℹ pass 1\nℹ fail 1\n.*ℹ duration_ms [\d.]+\n$/s);
});

test("test.mjs, runs only the matching files, with a filter", async (t) => {
  const root = temporaryTree(t, { ...sources, "test/half.test.mjs": passing, "test/bad.test.mjs": failing });
  for (const filter of ["src/half.ts", "./test/half"]) {
    const { code, output } = await runScript("test.mjs", root, filter);
    assert.equal(code, 0, `${filter}: ${output}`);
    assert.match(output, /ℹ tests 1\n/);
  }
});

test("test.mjs, ends with code 1, when no test ran", async (t) => {
  const root = temporaryTree(t, { ...sources, "test/half.test.mjs": passing, "test/empty.test.mjs": "" });
  const unmatched = await runScript("test.mjs", root, "nothing-like-it");
  assert.equal(unmatched.code, 1);
  assert.match(unmatched.output, /No test ran: no test file matches nothing-like-it/);
  const empty = await runScript("test.mjs", root, "empty");
  assert.equal(empty.code, 1);
  assert.match(empty.output, /No test in .*empty\.test\.mjs/);
});

test("test.mjs, runs the tests but ends with code 1, when the compiler complains", async (t) => {
  const root = temporaryTree(t, {
    ...sources,
    "src/bad.ts": 'export const bad: number = "text";\n',
    "test/half.test.mjs": passing,
  });
  const { code, output } = await runScript("test.mjs", root);
  assert.equal(code, 1);
  assert.match(output, /TS2322/);
  assert.match(output, /ℹ pass 1\nℹ fail 0\n/);
});

test("test.mjs --coverage, names uncovered lines, unloaded files, no file of types, below the threshold", async (t) => {
  const orphan = "export function orphan(): number {\n  return 1;\n}\n";
  const root = temporaryTree(t, { ...sources, "src/orphan.ts": orphan, "test/half.test.mjs": passing });
  const { code, output } = await runScript("test.mjs", root, "--coverage");
  assert.equal(code, 1);
  assert.match(output, /half\.ts +\|.*5-6/);
  assert.match(output, /orphan\.ts +\| +0/);
  assert.doesNotMatch(output, /shape\.ts/);
  assert.match(output, /ERROR: Coverage for lines \(\d+/);
  assert.match(output, /ℹ fail 0\n.*ℹ duration_ms [\d.]+\n$/s);
});

test("test.mjs --coverage, ends with code 0, when every line and branch is covered", async (t) => {
  const root = temporaryTree(t, { ...sources, "test/half.test.mjs": complete });
  const { code, output } = await runScript("test.mjs", root, "--coverage");
  assert.equal(code, 0, output);
  assert.match(output, /Branches +: 100%/);
});
