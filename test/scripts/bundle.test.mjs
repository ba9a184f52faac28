import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "../../scripts/build.mjs";
import { BUNDLE, bundle } from "../../scripts/bundle.mjs";
import { listFiles, repositoryRoot } from "../../scripts/lib/files.mjs";
import { compilable, temporaryTree } from "./temporary-tree.mjs";

const fixture = {
  ...compilable,
  "package.json": JSON.stringify({
    name: "fixture",
    type: "module",
    exports: {
      ".": { types: "./dist/src/index.d.ts", default: "./dist/lib/index.js" },
      "./maths": { types: "./dist/src/maths/index.d.ts", default: "./dist/lib/maths.js" },
    },
  }),
  "src/index.ts": 'export { half } from "./maths/half.js";\n',
  "src/maths/index.ts": 'export { half } from "./half.js";\nexport { WORKER } from "./worker-of.js";\n',
  "src/maths/half.ts": "export const half = (n: number): number => n / 2;\n",
  "src/maths/worker-of.ts": `declare const URL: new (path: string, base: string) => { readonly href: string };
declare global { interface ImportMeta { url: string } }
export const WORKER: string = new URL("./worker.js", import.meta.url).href;
`,
  "src/maths/worker.ts": "export const worked: boolean = true;\n",
  "src/cli/program.ts": 'import { half } from "../maths/half.js";\nhalf(2);\n',
};

/** @param {string} file */
function load(file) {
  return import(pathToFileURL(file).href);
}

test("bundle, puts together what is exported, what is started, and what they share", async (t) => {
  const root = temporaryTree(t, fixture);
  assert.equal(await build(root), "");
  const main = await load(join(root, BUNDLE, "index.js"));
  const maths = await load(join(root, BUNDLE, "maths.js"));
  assert.equal(main.half, maths.half);
  assert.equal((await import(maths.WORKER)).worked, true);
  assert.ok(existsSync(join(root, BUNDLE, "program.js")));
});

test("bundle, is written again when something is newer, and only then", async (t) => {
  const root = temporaryTree(t, fixture);
  assert.equal(await build(root), "");
  const made = join(root, BUNDLE, "program.js");
  const first = statSync(made).mtimeMs;
  assert.equal(await bundle(root), "");
  assert.equal(statSync(made).mtimeMs, first);
  const later = new Date(first + 1000);
  utimesSync(join(root, "dist/src/maths/half.js"), later, later);
  assert.equal(await bundle(root), "");
  assert.notEqual(statSync(made).mtimeMs, first);
});

test("bundle, of a package without exports, is none", async (t) => {
  const root = temporaryTree(t, { ...compilable, "src/a.ts": "export const a: number = 1;\n" });
  assert.equal(await build(root), "");
  assert.ok(!existsSync(join(root, BUNDLE)));
});

/** @type {{ exports: Record<string, string | { types: string, default: string }> }} */
const { exports } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));

for (const [subpath, target] of Object.entries(exports)) {
  if (typeof target === "string") continue;
  test(`the bundle, exports from ${subpath} what the source does, by the same names`, async () => {
    const bundled = await load(join(repositoryRoot, target.default));
    const compiled = await load(join(repositoryRoot, target.types.replace(/\.d\.ts$/, ".js")));
    assert.deepEqual(Object.keys(bundled), Object.keys(compiled));
    for (const name of Object.keys(compiled)) assert.equal(bundled[name]?.name, compiled[name]?.name, name);
  });
}

test("the bundle, has no file that imports itself by way of others: what is extended must be there", () => {
  /** @type {Map<string, string[]>} */
  const imports = new Map();
  for (const file of listFiles(repositoryRoot, BUNDLE, ".js")) {
    const path = join(repositoryRoot, file);
    const found = readFileSync(path, "utf8").matchAll(/^(?:import|export)\b[^"\n]*"(\.[^"\n]+)";/gm);
    imports.set(
      path,
      [...found].map(([, specifier = ""]) => resolve(dirname(path), specifier)),
    );
  }
  assert.ok([...imports.values()].some((list) => list.length > 0));
  /** @type {Set<string>} */
  const done = new Set();
  /**
   * @param {string} file
   * @param {readonly string[]} way
   */
  const visit = (file, way) => {
    assert.ok(!way.includes(file), [...way, file].join(" imports "));
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
});

test("the bundle, leads from its maps to the sources", () => {
  const maps = listFiles(repositoryRoot, BUNDLE, ".js.map");
  assert.ok(maps.length > 0);
  for (const file of maps) {
    const folder = join(repositoryRoot, dirname(file));
    for (const source of JSON.parse(readFileSync(join(repositoryRoot, file), "utf8")).sources)
      assert.ok(source.endsWith(".ts") && existsSync(join(folder, source)), `${file}: ${source}`);
  }
});
