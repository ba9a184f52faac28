/** Files in a temporary folder, on which a script is tried. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../../scripts/lib/files.mjs";
import { runCommand } from "../../scripts/lib/run-command.mjs";

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

/** What makes a folder a package that `scripts/build.mjs` compiles, with the libraries left unchecked to be quick. */
export const compilable = {
  "package.json": '{ "name": "fixture", "type": "module" }',
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      rootDir: ".",
      outDir: "dist",
      module: "nodenext",
      target: "es2023",
      lib: ["es2023"],
      types: [],
      skipLibCheck: true,
      sourceMap: true,
    },
    include: ["src", "test"],
  }),
};

/**
 * Runs one of the scripts on a tree.
 *
 * @param {string} script such as `test.mjs`
 * @param {string} root
 * @param {string[]} args
 */
export function runScript(script, root, ...args) {
  return runCommand(process.execPath, [join(repositoryRoot, "scripts", script), "--root", root, ...args]);
}
