import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "../../../scripts/build.mjs";
import { examplesIn, runExamples } from "../../../scripts/check/examples.mjs";
import { repositoryRoot } from "../../../scripts/lib/files.mjs";
import { addFiles, temporaryTree } from "../temporary-tree.mjs";

const halve = (/** @type {string} */ example) => `/**
 * Halves a number.
 *
 * @example
${example.replace(/^/gm, " * ")}
 *
 * @throws never
 */
export function halve(n: number): number {
  return n / 2;
}
`;
const good = halve('const half = halve(4);\nassert.equal(half, 2);\nif (half > 5) {\n  throw new Error("never");\n}');
const fixture = {
  "package.json": JSON.stringify({
    name: "hawser",
    type: "module",
    exports: { ".": "./dist/src/index.js", "./maths": "./dist/src/maths/index.js" },
  }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      rootDir: ".",
      outDir: "dist",
      module: "nodenext",
      target: "es2023",
      declaration: true,
      lib: ["es2023"],
      types: ["node"],
      skipLibCheck: true,
      strict: true,
      rewriteRelativeImportExtensions: true,
    },
    include: ["src"],
  }),
  "src/index.ts": 'export { halve } from "./maths/halve.ts";\n',
  "src/maths/index.ts": 'export { halve } from "./halve.ts";\nexport type { Half } from "./half.ts";\n',
  "src/maths/half.ts":
    "/**\n * @example\n * const half: Half = { half: halve(2) };\n * await Promise.resolve(half);\n */\nexport interface Half {\n  half: number;\n}\n",
  "src/maths/private.ts": '/** @example throw new Error("not public, not run"); */\nexport const hidden: number = 1;\n',
};

test("examplesIn, takes the statements up to the next tag or the end, with their lines", () => {
  const text = `/** First.
 *
 * @example
 * one();
 *   indented();
 *
 * @param x see it
 * @example
 * \`\`\`ts
 * two();
 * \`\`\`
 */
  /** @example three(); */
// @example not in a documentation comment
`;
  assert.deepEqual(examplesIn(text), [
    { line: 3, code: "one();\n  indented();" },
    { line: 8, code: "two();" },
    { line: 13, code: "three();" },
  ]);
});

test("runExamples, says which example does not compile, throws, or rejects later", async (t) => {
  const root = temporaryTree(t, { ...fixture, "src/maths/halve.ts": good });
  symlinkSync(join(repositoryRoot, "node_modules"), join(root, "node_modules"));

  assert.equal(await build(root), "");
  assert.deepEqual(await runExamples(root), []);

  const [uncompiled] = await change('const text: string = halve("4");');
  assert.match(uncompiled ?? "", /build\/examples\/maths\/halve\.4\.ts\(3,7\): error TS2322/);

  const [thrown] = await change("assert.equal(halve(4), 3);");
  assert.match(thrown ?? "", /maths\/halve\.4\.js: AssertionError/);

  const [rejected] = await change('void Promise.reject(new Error("too late"));\nawait new Promise(setImmediate);');
  assert.match(rejected ?? "", /halve\.4\.js: Error: too late/);

  /** @param {string} example */
  async function change(example) {
    addFiles(root, { "src/maths/halve.ts": halve(example) });
    assert.equal(await build(root), "");
    return runExamples(root);
  }
});
