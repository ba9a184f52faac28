import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "../../scripts/build.mjs";
import { compilable, temporaryTree } from "./temporary-tree.mjs";

const sources = {
  ...compilable,
  "src/a.ts": "export const a: number = 1;\n",
  "src/b.ts": "export const b: number = 2;\n",
};

test("build, compiles into dist, when the sources are right", async (t) => {
  const root = temporaryTree(t, sources);
  assert.equal(await build(root), "");
  assert.match(readFileSync(join(root, "dist/src/a.js"), "utf8"), /export const a = 1/);
});

test("build, returns the compiler's complaint each time, while a source is wrong", async (t) => {
  const root = temporaryTree(t, { ...sources, "src/bad.ts": 'export const bad: number = "text";\n' });
  assert.match(await build(root), /src\/bad\.ts\(1,14\): error TS2322/);
  assert.match(await build(root), /error TS2322/);
});

test("build, removes the output, when the source is gone", async (t) => {
  const root = temporaryTree(t, sources);
  await build(root);
  rmSync(join(root, "src/b.ts"));
  assert.equal(await build(root), "");
  assert.ok(existsSync(join(root, "dist/src/a.js")));
  assert.ok(!existsSync(join(root, "dist/src/b.js")));
  assert.ok(!existsSync(join(root, "dist/src/b.js.map")));
});

test("build, writes the output again, when it was deleted", async (t) => {
  const root = temporaryTree(t, sources);
  await build(root);
  rmSync(join(root, "dist/src/b.js"));
  assert.equal(await build(root), "");
  assert.ok(existsSync(join(root, "dist/src/b.js")));
});
