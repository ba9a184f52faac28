/**
 * Runs the `@example`s of the documentation comments.
 *
 * An example is the statements between `@example` and the next tag or the end of the comment. It may use whatever the
 * subpath of its file exports, and `assert`, without importing them. Each becomes a module of its own in `build/examples/`,
 * named after its source and line; all are compiled against the built package, then run, a process for each source.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { listFiles, toolPath } from "../lib/files.mjs";
import { runCommand } from "../lib/run-command.mjs";
import { lineAt } from "./imports.mjs";

/**
 * @typedef {object} Example
 * @property {number} line of the source
 * @property {string} code
 */

/** @typedef {{ subpath: string, names: string[], files: Set<string> }} Index */

const FOLDER = "build/examples";
const RUNNER = fileURLToPath(new URL("../lib/run-modules.mjs", import.meta.url));

/**
 * @param {string} root with its `dist/` built
 * @returns {Promise<string[]>} the complaints of the compiler, or of the examples that failed
 */
export async function runExamples(root) {
  const bySource = writeExamples(root);
  if (bySource.size === 0) return [];
  const tsc = [toolPath("typescript", "bin/tsc"), "-p", join(root, FOLDER)];
  const compiled = await runCommand(process.execPath, tsc, { cwd: root });
  if (compiled.code !== 0) return [compiled.output.trim()];

  /** @type {string[]} */
  const problems = [];
  const waiting = [...bySource.values()];
  const lanes = Array.from({ length: availableParallelism() }, async () => {
    for (let modules = waiting.shift(); modules !== undefined; modules = waiting.shift()) {
      const { code, output } = await runCommand(process.execPath, [RUNNER, ...modules], { cwd: root });
      if (code !== 0) problems.push(output.trim());
    }
  });
  await Promise.all(lanes);
  return problems;
}

/**
 * Writes the modules and the compiler's configuration.
 *
 * @param {string} root
 * @returns {Map<string, string[]>} the compiled modules of each source
 */
function writeExamples(root) {
  rmSync(join(root, FOLDER), { recursive: true, force: true });
  const indexes = readIndexes(root);
  const bySource = new Map();
  for (const source of new Set(indexes.flatMap(({ files }) => [...files]))) {
    const index = nearestIndex(source, indexes);
    for (const example of examplesIn(readFileSync(join(root, source), "utf8"))) {
      const name = `${source.slice("src/".length, -".ts".length)}.${example.line}`;
      const path = join(root, FOLDER, `${name}.ts`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, moduleOf(example, index));
      bySource.set(source, [...(bySource.get(source) ?? []), join(root, FOLDER, "out", `${name}.js`)]);
    }
  }
  if (bySource.size > 0) writeFileSync(join(root, FOLDER, "tsconfig.json"), JSON.stringify(CONFIGURATION));
  return bySource;
}

/** Strict as the sources are; an example may leave a name unused. */
const CONFIGURATION = {
  extends: "../../tsconfig.json",
  compilerOptions: {
    rootDir: ".",
    outDir: "out",
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    verbatimModuleSyntax: false,
  },
  include: ["."],
  exclude: ["out"],
};

/**
 * @param {Example} example
 * @param {Index} index
 * @returns {string} the text of its module
 */
function moduleOf({ code }, { subpath, names }) {
  const imports = [...code.matchAll(/^import\b[^;]*;/gm)].join("\n");
  const isFree = (/** @type {string} */ name) => {
    const word = new RegExp(`\\b${name.replace(/\$/g, "\\$")}\\b`);
    return word.test(code) && !word.test(imports);
  };
  const assert = /\bassert\b/.test(imports) ? "" : 'import assert from "node:assert/strict";\n';
  return `${assert}import { ${names.filter(isFree).join(", ")} } from "${subpath}";\n${code}\nexport {};\n`;
}

/**
 * @param {string} text of a source
 * @returns {Example[]}
 */
export function examplesIn(text) {
  return [...text.matchAll(/^[ \t]*\/\*\*(.*?)\*\//gms)].flatMap((comment) => {
    const body = comment[0].replace(/^[ \t]*\/?\*+\/?[ ]?/gm, "").replace(/\*\/$/, "");
    return [...body.matchAll(/^@example\b(.*?)(?=^@\w|(?![^]))/gms)].map((found) => ({
      line: lineAt(text, comment.index) + lineAt(body, found.index) - 1,
      code: (found[1] ?? "").replace(/^```.*$/gm, "").trim(),
    }));
  });
}

/**
 * @param {string} root
 * @returns {Index[]} what each index.ts of `src/` exports
 */
function readIndexes(root) {
  return listFiles(root, "src", ".ts")
    .filter((file) => file.endsWith("/index.ts"))
    .map((index) => {
      const exports = [
        ...readFileSync(join(root, index), "utf8").matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)"/gm),
      ];
      return {
        subpath: `hawser${index.slice("src".length, -"/index.ts".length)}`,
        names: exports.flatMap(([, clause = ""]) => clause.match(/[\w$]+(?=\s*(,|$))/g) ?? []),
        files: new Set(exports.map(([, , specifier = ""]) => posix.join(dirname(index), specifier))),
      };
    });
}

/**
 * @param {string} source
 * @param {Index[]} indexes
 * @returns {Index} of those that export the source, the one in the same folder or the nearest above it
 */
function nearestIndex(source, indexes) {
  const folder = dirname(source).replace(/^src/, "hawser");
  const rank = (/** @type {Index} */ { subpath }) => (`${folder}/`.startsWith(`${subpath}/`) ? subpath.length : 0);
  const candidates = indexes.filter(({ files }) => files.has(source)).sort((a, b) => rank(b) - rank(a));
  return /** @type {Index} */ (candidates[0]);
}
