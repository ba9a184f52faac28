/** In processes of their own: there is one log in each. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Program } from "../support/program.ts";
import { PackageFolder } from "./package-folder.ts";

const SAYS = `import { Logger } from ${JSON.stringify(new URL("../../src/logger/index.js", import.meta.url).href)};
const log = new Logger({ namespace: "test" });
export default async () => {
  log.debug("one");
  log.warn("two {x}", { x: 2 });
};
`;

test("startLogging, writes text or JSON from a level on", async () => {
  const folder = new PackageFolder();
  folder.write("says.mjs", SAYS);
  const text = await Program.run("bin/hawser", ["run", `${folder.path}/says.mjs`]);
  assert.match(text.stderr, /^\S+ \[test#warn\] two 2\n$/);
  const json = await Program.run("bin/hawser", [
    "run",
    "--log-format=json",
    "--log-level=debug",
    `${folder.path}/says.mjs`,
  ]);
  const [one, two] = json.stderr.split("\n").filter((line) => line.includes('"test"'));
  assert.equal((JSON.parse(one ?? "") as { logFormat: string }).logFormat, "one");
  assert.equal((JSON.parse(two ?? "") as { x: number }).x, 2);
});

test("startLogging, gives the journal of systemd priorities, and no times", (t) => {
  if (process.platform !== "linux") return t.skip("there is no /proc");
  const folder = new PackageFolder();
  folder.write("says.mjs", SAYS);
  const hawser = fileURLToPath(new URL("../../src/cli/program.js", import.meta.url));
  const run = (stream: string, ...args: string[]): string => {
    const script = `export JOURNAL_STREAM=${stream}; exec "$0" "$@"`;
    const words = [process.execPath, hawser, "run", `${folder.path}/says.mjs`, ...args];
    return spawnSync("bash", ["-c", script, ...words], { encoding: "utf8" }).stderr;
  };
  const own = "$(stat -Lc %d:%i /proc/self/fd/2)";
  assert.equal(run(own), "<4>[test#warn] two 2\n");
  // Standard error of a program that was started by a service, but is something else.
  assert.match(run("1:1"), /^\S+ \[test#warn\] two 2\n$/);
  assert.match(run(own, "--log-format", "json"), /^\{.*\}\n$/);
});

test("startLogging, writes to a file that SIGHUP opens again", async () => {
  const folder = new PackageFolder();
  const file = `${folder.path}/x.log`;
  folder.write(
    "says.mjs",
    SAYS.replace(
      "export default async () => {",
      `export default (reactor) => {
  process.on("SIGHUP", () => { log.warn("after"); console.log("again"); });
  console.log("ready");`,
    ),
  );
  const program = new Program("bin/hawser", ["run", "--log-file", file, `${folder.path}/says.mjs`]);
  await program.prints(/ready/);
  renameSync(file, `${file}.old`);
  program.process.kill("SIGHUP");
  await program.prints(/again/);
  assert.equal(await program.stop(), 0, program.stderr);
  assert.match(readFileSync(`${file}.old`, "utf8"), /two 2\n$/);
  assert.match(readFileSync(file, "utf8"), /SIGHUP, the log is open again\n\S+ \[test#warn\] after\n.*SIGTERM/);
  assert.equal(program.stderr, "");
});

test("startLogging, says that a file cannot be opened", async () => {
  const folder = new PackageFolder();
  writeFileSync(`${folder.path}/file`, "");
  const program = await Program.run("bin/hawser", ["chat", "--log-file", `${folder.path}/file/x.log`]);
  assert.match(program.stderr, /^hawser: --log-file: .*file\/x\.log: ENOTDIR.*\n$/);
  assert.equal(await program.ended(), 5);
});

test("startLogging, goes on where the disk is full", async (t) => {
  if (process.platform !== "linux") return t.skip("there is no /dev/full");
  const program = new Program("bin/hawser", ["chat", "--log-file", "/dev/full", "--log-level", "debug"]);
  await program.prints(/The chat is open/);
  assert.equal(await program.stop(), 0);
  assert.match(program.stderr, /^Trouble with the log file \/dev\/full: .*ENOSPC.*\n$/);
});
