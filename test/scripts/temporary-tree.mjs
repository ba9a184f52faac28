/** Files in a temporary folder, on which a script is tried. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Writes `files` below a new folder, which is removed when the test ends.
 *
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files path to content
 * @returns {string} the folder
 */
export function temporaryTree(t, files) {
  const root = mkdtempSync(join(tmpdir(), "hawser-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  addFiles(root, files);
  return root;
}

/**
 * @param {string} root
 * @param {Record<string, string>} files path to content
 */
export function addFiles(root, files) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** What makes a folder a package that `scripts/build.mjs` compiles. */
export const compilable = {
  "package.json": '{ "name": "fixture", "type": "module" }',
  "tsconfig.json": JSON.stringify({
    compilerOptions: { rootDir: ".", outDir: "dist", module: "nodenext", target: "es2023", types: [], sourceMap: true },
    include: ["src", "test"],
  }),
};
