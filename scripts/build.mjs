/**
 * `npm run build`: compiles everything into `dist/`, which mirrors the repository (`dist/src`, `dist/test`, `dist/native`), and puts
 * `dist/src` together into the few files of the package (`dist/lib`).
 *
 * The compiler is told to be incremental by flags, not in tsconfig.json, so that a `tsc --outDir elsewhere` does not
 * mistake our state for its own. Outputs whose source is gone are removed: a test that was deleted must not go on passing.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildNative } from "./build-native.mjs";
import { BUNDLE, bundle } from "./bundle.mjs";
import { isMain, listFiles, repositoryRoot, toolPath } from "./lib/files.mjs";
import { runCommand } from "./lib/run-command.mjs";

/** The folders that tsconfig.json includes. */
const SOURCES = ["src", "test", "examples", "bench"];

/**
 * Compiles the package in `root` and returns the compiler's complaints, or an empty string when all is well.
 *
 * @param {string} root
 * @returns {Promise<string>}
 */
export async function build(root) {
  const state = join(root, "dist/.tsbuildinfo");
  mkdirSync(join(root, "dist"), { recursive: true });
  // The compiler trusts its state and would not write an output again that somebody deleted.
  if (outputsOf(root).some((output) => !existsSync(join(root, output)))) rmSync(state, { force: true });
  const tsc = [toolPath("typescript", "bin/tsc"), "-p", root, "--incremental", "--tsBuildInfoFile", state];
  const { code, output } = await runCommand(process.execPath, tsc, { cwd: root });
  removeStaleOutputs(root);
  writePackageOfSources(root);
  const native = await buildNative(root);
  if (native.skipped !== "")
    console.error(`The native core was not built: ${native.skipped}. The node reactor is used.`);
  const complaints = code === 0 ? "" : output.trim() || `tsc ended with code ${code}`;
  const bundled = complaints === "" ? await bundle(root) : "";
  return [complaints, native.complaints, bundled].filter((text) => text !== "").join("\n");
}

/**
 * What is compiled, the tests among it, gets the sources one by one by the names of the package, and not what users get: two copies of
 * one module in a process would not know each other.
 *
 * @param {string} root
 */
function writePackageOfSources(root) {
  /** @type {{ name?: string, exports?: Record<string, string | { types: string }> }} */
  const { name, exports = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const sources = Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === "string" ? [] : [[subpath, target.types.replace("./dist/", "./").replace(/\.d\.ts$/, ".js")]],
  );
  const manifest = { name, type: "module", exports: Object.fromEntries(sources) };
  writeFileSync(join(root, "dist/package.json"), JSON.stringify(manifest));
}

/** @param {string} root */
function outputsOf(root) {
  return SOURCES.flatMap((folder) => listFiles(root, folder, ".ts"))
    .filter((source) => !source.endsWith(".d.ts"))
    .map((source) => `dist/${source.slice(0, -".ts".length)}.js`);
}

/** @param {string} root */
function removeStaleOutputs(root) {
  const wanted = new Set(outputsOf(root));
  for (const file of listFiles(root, "dist")) {
    if (file.startsWith(`${BUNDLE}/`)) continue;
    const script = file.replace(/\.(js|js\.map|d\.ts)$/, ".js");
    if (script.endsWith(".js") && !wanted.has(script)) rmSync(join(root, file));
  }
}

if (isMain(import.meta.url)) {
  const complaints = await build(repositoryRoot);
  if (complaints !== "") {
    console.error(complaints);
    process.exitCode = 1;
  }
}
