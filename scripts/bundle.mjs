/**
 * Puts the compiled package together into few files, `dist/lib/`: what `exports` and `bin/hawser` lead to.
 *
 * Node needs about half a millisecond for each module that it loads, and a reactor has more than a hundred. The tests run against
 * `dist/src`, which mirrors the sources; both are the same code, for the compiler's output is what is put together here.
 */
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { listFiles } from "./lib/files.mjs";

/** Where the files go, seen from the package. */
export const BUNDLE = "dist/lib";

const PROGRAM = "dist/src/cli/program.js";
/** A module names another one that is started, such as that of a worker thread, by its place beside it. */
const BESIDE = /new URL\("\.\/([\w-]+)\.js", import\.meta\.url\)/g;
/** A folder whose code has a file of its own, in a folder of its own: it finds itself in stacks by that (`error-text.ts`). */
const EXPLORE = "/src/sim/explore/";

/**
 * What is kept in one file, with all that it imports and that no group above it has. What is in no group is put together by who uses it.
 *
 * @type {{ name: string, test: RegExp }[]}
 */
const GROUPS = [
  // Each thread loads it, and nothing else.
  { name: "thread", test: /\/src\/threads\/thread-(error|function)\.js$/ },
  { name: "base", test: /\/src\/(deferred|clock)\/(?!index\.js)/ },
  // What the command loads until it listens, and nearly all other programs load as well.
  {
    name: "engine",
    test: /\/src\/(cli\/(main|run-service)|endpoint\/tcp-strings|reactor\/global-reactor|wire-services\/wire-services|cli\/services\/(wire|chat|chat-room))\.js$/,
  },
  { name: "simulation", test: /\/src\/sim\/(?!index\.js|explore\/)/ },
  { name: "explore/explore", test: new RegExp(`${EXPLORE}(?!run-in-thread)`) },
];

/**
 * Writes `dist/lib` anew, unless it is as new as what it is made of. A package without exports of its own has none.
 *
 * @param {string} root with its `dist/src` built
 * @returns {Promise<string>} what is wrong, or an empty string
 */
export async function bundle(root) {
  const input = entriesOf(root);
  if (Object.keys(input).length === 0 || isUpToDate(root)) return "";
  rmSync(join(root, BUNDLE), { recursive: true, force: true });
  /** @type {string[]} */
  const warnings = [];
  const build = await rolldown({
    input,
    cwd: root,
    platform: "node",
    external: /^node:/,
    treeshake: false,
    plugins: [{ name: "maps of the compiler", load: (id) => loadWithMap(id) }],
    onLog: (_level, log) => {
      // That a module is loaded together with another one is what the groups are for.
      if (log.code !== "INEFFECTIVE_DYNAMIC_IMPORT") warnings.push(log.message);
    },
  });
  await build.write({
    dir: join(root, BUNDLE),
    format: "esm",
    keepNames: true,
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
    chunkFileNames: "[name].js",
    codeSplitting: { groups: GROUPS },
  });
  await build.close();
  return warnings.join("\n");
}

/**
 * The modules that somebody else loads, by the names of their files: those of `exports`, the command, and those that are started.
 *
 * @param {string} root
 * @returns {Record<string, string>}
 */
function entriesOf(root) {
  /** @type {{ exports?: Record<string, string | { types: string }> }} */
  const { exports = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  /** @type {Record<string, string>} */
  const entries = {};
  for (const [subpath, target] of Object.entries(exports)) {
    if (typeof target === "string") continue;
    entries[subpath === "." ? "index" : subpath.slice("./".length)] = target.types.replace(/\.d\.ts$/, ".js");
  }
  if (Object.keys(entries).length === 0) return {};
  entries["program"] = PROGRAM;
  for (const file of listFiles(root, "dist/src", ".js")) {
    const folder = `/${file}`.includes(EXPLORE) ? "explore/" : "";
    for (const [, name = ""] of readFileSync(join(root, file), "utf8").matchAll(BESIDE)) {
      const entry = `${folder}${name}`;
      const path = `${dirname(file)}/${name}.js`;
      const other = entries[entry] ?? path;
      if (other !== path) throw new Error(`Cannot bundle ${path}: its file is that of ${other}, expected another name`);
      entries[entry] = path;
    }
  }
  return entries;
}

/** @param {string} root */
function isUpToDate(root) {
  const made = join(root, BUNDLE, "program.js");
  if (!existsSync(made)) return false;
  const { mtimeMs } = statSync(made);
  const sources = listFiles(root, "dist/src", ".js").map((file) => join(root, file));
  return [...sources, join(root, "package.json"), fileURLToPath(import.meta.url)].every(
    (file) => statSync(file).mtimeMs <= mtimeMs,
  );
}

/**
 * The compiled module, with the way back to its source.
 *
 * @param {string} id
 */
function loadWithMap(id) {
  const code = readFileSync(id, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
  const map = JSON.parse(readFileSync(`${id}.map`, "utf8"));
  return {
    code,
    map: {
      ...map,
      sources: map.sources.map((/** @type {string} */ source) => resolve(dirname(id), source)),
      file: basename(id),
    },
  };
}
