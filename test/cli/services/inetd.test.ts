import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { inetd } from "../../../src/cli/services/inetd.ts";
import { Program } from "../../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "inetd-"));
after(() => rmSync(folder, { recursive: true }));
const { username } = userInfo();

function fileOf(name: string, ...lines: string[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  return file;
}

function cat(port = "0"): string {
  return `127.0.0.1:${port} stream tcp nowait ${username} /bin/cat cat`;
}

async function echoOf(port: string, text: string): Promise<string> {
  const socket = connect(Number(port), "127.0.0.1");
  socket.end(text);
  let said = "";
  socket.on("data", (chunk: Buffer) => void (said += chunk.toString()));
  await once(socket, "close");
  return said;
}

test("inetd, serves the lines of its file, tells of those that are wrong, and reads it again on SIGHUP", async () => {
  const services = fileOf("services", "xyz 0/tcp");
  const file = fileOf("reloaded", cat(), "nonsense");
  const program = new Program("bin/hawser", [inetd.name, "-f", file, "--services", services, "--max-per-peer=3"]);
  const [, port = ""] = await program.prints(/^0\/tcp listens on 127\.0\.0\.1:(\d+)\n/);
  assert.equal(await echoOf(port, "hello"), "hello");
  assert.match(program.stderr, /Cannot use .*reloaded:2: it has 1 fields/);
  fileOf("reloaded", cat(), `127.0.0.1:xyz stream tcp nowait ${username} internal echo`);
  program.process.kill("SIGHUP");
  const [, second = ""] = await program.prints(/^xyz\/tcp listens on 127\.0\.0\.1:(\d+)\n/m);
  assert.equal(await echoOf(second, "again"), "again");
  assert.equal(await echoOf(port, "still"), "still");
  rmSync(file);
  program.process.kill("SIGHUP");
  while (!program.stderr.includes("Reloading failed")) await once(program.process.stderr, "data");
  assert.equal(await echoOf(port, "still"), "still");
  assert.equal(await program.stop(), 0, program.stderr);
  assert.equal(program.stdout.split("\n").length, 3, program.stdout);
});

test("inetd --check, says what is wrong, and opens nothing", async () => {
  const good = await Program.run("bin/hawser", [inetd.name, "--check", "--file", fileOf("good", cat())]);
  assert.deepEqual([await good.ended(), good.stdout], [0, `${join(folder, "good")}: 1 services, no problems\n`]);
  const file = fileOf("bad", cat(), "8 stream tcp nowait nobdy /bin/cat", "9 strem tcp nowait root /bin/cat");
  const bad = await Program.run("bin/hawser", [inetd.name, "--check", "--file", file]);
  assert.equal(await bad.ended(), 5);
  assert.equal(bad.stdout, "");
  assert.deepEqual(bad.stderr.split("\n"), [
    `Cannot use ${file}:2: there is no user "nobdy", expected a name in /etc/passwd, or a number`,
    `Cannot use ${file}:3: the socket type is "strem", expected "stream" or "dgram"`,
    `hawser: inetd: --check: 2 lines of ${file} cannot be used, expected none`,
    "",
  ]);
});

test("inetd, ends where there is no file, and where no line can be used", async () => {
  const missing = await Program.run("bin/hawser", [inetd.name, "--file", join(folder, "missing")]);
  assert.equal(await missing.ended(), 5);
  assert.match(missing.stderr, /^hawser: inetd: --file: ENOENT/);
  const useless = await Program.run("bin/hawser", [inetd.name, "--file", fileOf("useless", "nonsense")]);
  assert.equal(await useless.ended(), 5);
  assert.match(
    useless.stderr,
    /^hawser: inetd: --file: no line can be used, expected one at least: Cannot use .*useless:1: it has/m,
  );
});
