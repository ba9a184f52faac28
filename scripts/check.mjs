/**
 * `npm run check [-- STEP ...]`: everything that can be said about the sources without running the tests.
 *
 * One line for each step, as it ends; what a failed one found follows its line. Steps that look at the built package wait for
 * the compiler, which is the type check at the same time; the others run beside it.
 */
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { findCycles } from "./check/cycles.mjs";
import { compareErrorCodes } from "./check/error-codes.mjs";
import { runExamples } from "./check/examples.mjs";
import { compareExports, inspectTarball } from "./check/exports.mjs";
import { findLayerOffences } from "./check/layers.mjs";
import { missingTests } from "./check/test-presence.mjs";
import { repositoryRoot, toolPath } from "./lib/files.mjs";
import { runCommand } from "./lib/run-command.mjs";

/** @typedef {() => string[] | Promise<string[]>} Check returns its complaints */

/** Lines of a failed step that are shown; `npm run check -- STEP` repeats it alone. */
const SHOWN_LINES = 40;

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { root: { type: "string", default: repositoryRoot } },
});
const root = resolve(values.root);

/** @type {Record<string, Check>} */
const alone = {
  format: () => runTool("oxfmt", "bin/oxfmt", "--check"),
  scripts: () => runTool("typescript", "bin/tsc", "-p", "scripts"),
  layers: () => findLayerOffences(root),
  cycles: () => findCycles(root),
  tests: () => missingTests(root),
  errors: () => compareErrorCodes(root),
  exports: () => compareExports(root),
};

/** @type {Record<string, Check>} */
const afterBuild = {
  lint: () => runTool("oxlint", "bin/oxlint", "--format", "unix"),
  examples: () => runExamples(root),
  package: () => inspectTarball(root),
};

const types = step("types", async () => nonEmpty([await build(root)]));
const independent = runAll(alone);
if (await types) await runAll(afterBuild);
await independent;

/** @param {Record<string, Check>} checks */
async function runAll(checks) {
  const selected = Object.entries(checks).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  await Promise.all(selected.map(([name, check]) => step(name, check)));
}

/**
 * @param {string} name
 * @param {Check} check
 * @returns {Promise<boolean>} whether there was nothing to complain about
 */
async function step(name, check) {
  const start = performance.now();
  const complaints = await check();
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  console.log(`${complaints.length === 0 ? "ok  " : "FAIL"} ${name.padEnd(9)} ${seconds} s`);
  if (complaints.length === 0) return true;
  const lines = complaints.join("\n").split("\n");
  console.log(lines.slice(0, SHOWN_LINES).join("\n"));
  if (lines.length > SHOWN_LINES) console.log(`... and ${lines.length - SHOWN_LINES} more lines`);
  process.exitCode = 1;
  return false;
}

/**
 * @param {string} tool
 * @param {string} script
 * @param {string[]} args
 */
async function runTool(tool, script, ...args) {
  const { code, output } = await runCommand(process.execPath, [toolPath(tool, script), ...args], { cwd: root });
  return code === 0 ? [] : nonEmpty([output.trim(), `${tool} ended with code ${code}`]);
}

/** @param {string[]} texts */
function nonEmpty(texts) {
  return texts.filter((text) => text !== "");
}
