import assert from "node:assert/strict";
import { test } from "node:test";
import { compilable, runScript, temporaryTree } from "./temporary-tree.mjs";

const half = "export function half(n: number): number {\n  return n / 2;\n}\n";
const passing =
  'import { test } from "node:test";\nimport { half } from "../dist/src/half.js";\n\ntest("half, is asked", () => void half(2));\n';

test("verify.mjs, ends with the runner's summary but with code 1, when the check complains and the tests pass", async (t) => {
  const root = temporaryTree(t, { ...compilable, "src/half.ts": half, "test/half.test.mjs": passing });
  const { code, output } = await runScript("verify.mjs", root);
  assert.match(output, /^FAIL tests .*\ntest\/half\.test\.ts is missing$/m);
  assert.match(output, /Lines +: 100%[^]*ℹ pass 1\nℹ fail 0\n[^]*ℹ duration_ms [\d.]+\n$/);
  assert.equal(code, 1);
});

test("verify.mjs, only runs the tests that match, with a filter", async (t) => {
  const root = temporaryTree(t, { ...compilable, "src/half.ts": half, "test/half.test.mjs": passing });
  const { code, output } = await runScript("verify.mjs", root, "half");
  assert.equal(code, 0, output);
  assert.match(output, /^✔ half, is asked/);
  assert.equal((await runScript("verify.mjs", root, "other")).code, 1);
});
