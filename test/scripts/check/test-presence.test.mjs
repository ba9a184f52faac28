import assert from "node:assert/strict";
import { test } from "node:test";
import { missingTests } from "../../../scripts/check/test-presence.mjs";
import { temporaryTree } from "../temporary-tree.mjs";

test("missingTests, names the test that a source with code lacks, and no other", (t) => {
  const root = temporaryTree(t, {
    "src/clock/tested.ts": "export class Tested {}\n",
    "test/clock/tested.test.ts": "",
    "src/clock/bare.ts": "export abstract class Bare {}\n",
    "src/late.ts": "/** Runs. */\nexport async function late(): Promise<void> {}\n",
    "src/table.ts": "const table = [1];\nexport { table };\n",
    "src/index.ts": 'export { late } from "./late.ts";\n',
    "src/shape.ts":
      'import type { A } from "./a.ts";\n\n/** A class of things. */\nexport interface Shape {\n  const: A;\n}\nexport type S = Shape;\n',
    "src/ambient.ts": "export declare function elsewhere(): void;\n",
  });
  assert.deepEqual(missingTests(root), [
    "test/clock/bare.test.ts is missing",
    "test/late.test.ts is missing",
    "test/table.test.ts is missing",
  ]);
});
