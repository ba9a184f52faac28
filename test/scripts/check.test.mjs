import assert from "node:assert/strict";
import { test } from "node:test";
import { addFiles, compilable, runScript, temporaryTree } from "./temporary-tree.mjs";

test("check.mjs, prints a line for each step and ends with code 1, when one of them fails", async (t) => {
  const root = temporaryTree(t, { ...compilable, "src/a.ts": "export const a: number = 1;\n" });
  const bad = await runScript("check.mjs", root, "layers", "tests");
  assert.equal(bad.code, 1);
  assert.match(bad.output, /^ok {3}layers +\d\.\d\d s$/m);
  assert.match(bad.output, /^FAIL tests +\d\.\d\d s\ntest\/a\.test\.ts is missing$/m);
  assert.match(bad.output, /^ok {3}types/m);

  addFiles(root, { "test/a.test.ts": "export {};\n" });
  const good = await runScript("check.mjs", root, "layers", "tests");
  assert.equal(good.code, 0, good.output);
});

test("check.mjs, leaves out the steps that need the built package, when it does not compile", async (t) => {
  const root = temporaryTree(t, { ...compilable, "src/a.ts": 'export const a: number = "text";\n' });
  const { code, output } = await runScript("check.mjs", root, "cycles", "examples");
  assert.equal(code, 1);
  assert.match(output, /^FAIL types +\d\.\d\d s\nsrc\/a\.ts\(1,14\): error TS2322/m);
  assert.match(output, /^ok {3}cycles/m);
  assert.doesNotMatch(output, /examples/);
});

test("check.mjs, shows only the beginning of a long list of complaints", async (t) => {
  const lonely = Array.from({ length: 100 }, (_, index) => [`src/lonely-${index}.ts`, "export const a: number = 1;\n"]);
  const root = temporaryTree(t, { ...compilable, ...Object.fromEntries(lonely) });
  const { output } = await runScript("check.mjs", root, "tests");
  assert.match(output, /lonely-0\.test\.ts is missing/);
  assert.match(output, /\.\.\. and 60 more lines/);
});
