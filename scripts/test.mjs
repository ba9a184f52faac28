/**
 * `node scripts/test.mjs [--coverage] [FILTER ...]`: builds, then runs every test file, or those whose path contains a filter.
 *
 * Uses `run()` of node:test and not `node --test`, whose arguments mean different things on Node 20 and 22. Each file is a
 * process. With `--coverage` c8 reads what V8 counted, maps it back to `src/` and wants 95 % of lines and branches; that
 * report comes before the runner's summary, so that the summary is always the end of the output.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { BUNDLE } from "./bundle.mjs";
import { listFiles, repositoryRoot, toolPath } from "./lib/files.mjs";
import { runCommand } from "./lib/run-command.mjs";
import { needsTest } from "./check/test-presence.mjs";

/** @typedef {import("node:test/reporters").TestEvent} TestEvent */

/** Percent of lines, and of branches, that tests must reach. */
const WANTED_COVERAGE = 95;
/** A file that takes longer hangs: it is stopped and counted as failed. */
const FILE_TIMEOUT_MS = 120_000;
const SUMMARY_LINE = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { coverage: { type: "boolean", default: false }, root: { type: "string", default: repositoryRoot } },
});
const root = resolve(values.root);
const coverageData = join(root, "coverage/tmp");

const complaints = await build(root);
if (complaints !== "") fail(complaints); // the compiler wrote what it could: the tests still have something to say
const files = selectFiles(positionals);
if (files.length === 0) fail(`No test ran: no test file matches ${positionals.join(" ") || "test/**"}`);
else await runTests();

async function runTests() {
  if (values.coverage) {
    rmSync(coverageData, { recursive: true, force: true });
    mkdirSync(coverageData, { recursive: true });
    process.env["NODE_V8_COVERAGE"] = coverageData; // for the test processes, which inherit it
  }
  /** @type {string[]} */
  const summary = [];
  const events = run({ files, concurrency: availableParallelism(), timeout: FILE_TIMEOUT_MS });
  await pipeline(events, (source) => judge(source, summary), new spec(), process.stdout, { end: false });
  if (values.coverage) await reportCoverage();
  console.log(summary.map((line) => `ℹ ${line}`).join("\n"));
}

/**
 * Passes the events on to the reporter, except the summary (reporters differ in what they print after it), and sets the
 * exit code.
 *
 * @param {AsyncIterable<TestEvent>} events
 * @param {string[]} summary receives the lines of the summary
 */
async function* judge(events, summary) {
  for await (const event of events) {
    if (event.type === "test:diagnostic" && event.data.nesting === 0 && SUMMARY_LINE.test(event.data.message)) {
      summary.push(event.data.message);
      continue;
    }
    if (event.type === "test:fail" && event.data.todo === undefined) process.exitCode = 1;
    // A file without tests passes as one test that bears the file's name.
    if (event.type === "test:pass" && files.includes(resolve(event.data.name))) fail(`No test in ${event.data.name}`);
    yield event;
  }
}

async function reportCoverage() {
  forgetBundle();
  const c8 = [
    toolPath("c8", "bin/c8.js"),
    "report",
    "--temp-directory",
    coverageData,
    "--reports-dir",
    join(root, "coverage"),
  ];
  c8.push("--all", "--src", root, "--include", "src/**", "--exclude-after-remap", "--merge-async");
  for (const file of listFiles(root, "src", ".ts")) if (!needsTest(root, file)) c8.push("--exclude", file);
  c8.push("--check-coverage", "--lines", `${WANTED_COVERAGE}`, "--branches", `${WANTED_COVERAGE}`);
  c8.push("--reporter", "text", "--skip-full", "--reporter", "text-summary");
  const { code, output } = await runCommand(process.execPath, c8, { cwd: root });
  console.log(output.trim());
  if (code !== 0) process.exitCode = 1;
}

/** What the few files of the package were seen to run counts for nothing: tests of the sources are those that import them one by one. */
function forgetBundle() {
  for (const file of listFiles(coverageData, ".", ".json")) {
    const path = join(coverageData, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(`/${BUNDLE}/`)) continue;
    const report = JSON.parse(text);
    report.result = report.result.filter((/** @type {{ url: string }} */ { url }) => !url.includes(`/${BUNDLE}/`));
    writeFileSync(path, JSON.stringify(report));
  }
}

/**
 * Compiled tests, and those of the scripts, which are not compiled. A filter is a part of a path, of a test or of the source
 * that it tests: `deferred`, `src/deferred/failure.ts`, `test/deferred`.
 *
 * @param {string[]} filters
 * @returns {string[]}
 */
function selectFiles(filters) {
  const parts = filters.map((filter) =>
    filter.replace(/^(\.\/)?(dist\/)?(src|test)\//, "/").replace(/(\.test)?\.m?[jt]s$/, "."),
  );
  return [...listFiles(root, "dist/test", ".test.js"), ...listFiles(root, "test", ".test.mjs")]
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .map((file) => join(root, file));
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
