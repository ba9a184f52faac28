/**
 * `npm test`: builds, checks and tests everything. `npm test -- FILTER ...` only builds and runs the tests that match.
 *
 * The tests run even if the check complained, so that the output always ends with the summary of the test runner; the exit
 * code speaks of both.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { repositoryRoot } from "./lib/files.mjs";

const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { root: { type: "string", default: repositoryRoot } },
});
const codes = filters.length > 0 ? [run("test.mjs", ...filters)] : [run("check.mjs"), run("test.mjs", "--coverage")];
process.exitCode = codes.find((code) => code !== 0) ?? 0;

/**
 * @param {string} script
 * @param {string[]} args
 * @returns {number} its exit code
 */
function run(script, ...args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const command = [path, "--root", values.root, ...args];
  return spawnSync(process.execPath, command, { stdio: ["ignore", "inherit", "inherit"] }).status ?? 1;
}
