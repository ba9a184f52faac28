import assert from "node:assert/strict";
import { test } from "node:test";
import { findCycles } from "../../../scripts/check/cycles.mjs";
import { temporaryTree } from "../temporary-tree.mjs";

test("findCycles, finds nothing, when files share what they import", (t) => {
  const root = temporaryTree(t, {
    "src/a.ts": 'import { b } from "./b.ts";\nimport { c } from "./c.ts";\n',
    "src/b.ts": 'import { c } from "./c.ts";\n',
    "src/c.ts": 'import { readFile } from "node:fs";\n/** `import { a } from "./a.ts";` */\n',
  });
  assert.deepEqual(findCycles(root), []);
});

test("findCycles, shows the way around, when values close a cycle", (t) => {
  const root = temporaryTree(t, {
    "src/a.ts": 'import { b } from "./x/b.ts";\n',
    "src/x/b.ts": 'export { c } from "./c.ts";\n',
    "src/x/c.ts": 'import { a } from "../a.ts";\n',
  });
  assert.deepEqual(findCycles(root), ["src/a.ts -> src/x/b.ts -> src/x/c.ts -> src/a.ts"]);
});

test("findCycles, finds it as well, when only types close a cycle", (t) => {
  const root = temporaryTree(t, {
    "src/a.ts": 'import type { B } from "./b.ts";\n',
    "src/b.ts": 'export type A = import("./a.ts").A;\n',
    "src/itself.ts": 'import "./itself.ts";\n',
  });
  assert.deepEqual(findCycles(root), ["src/a.ts -> src/b.ts -> src/a.ts", "src/itself.ts -> src/itself.ts"]);
});
