/** The programs of `examples/stdio/`, between real pipes. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Program } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

const SHOUT = fileURLToPath(new URL("../../examples/stdio/shout.js", import.meta.url));

describe("examples/stdio", () => {
  test("chat-client, sends what is typed, shows what comes, and ends with its input", async () => {
    const server = new Program("examples/chat/server");
    const [, port] = await server.prints(/127\.0\.0\.1 (\d+)/);
    const one = new Program("examples/stdio/chat-client", [port!]);
    const two = new Program("examples/stdio/chat-client", [port!]);
    await one.prints(/What's your name\?/);
    one.process.stdin.write("Ada\n");
    await one.prints(/Welcome, Ada!/);
    two.process.stdin.write("Bob\n");
    await two.prints(/Welcome, Bob!/);
    one.process.stdin.write("hello\n");
    await two.prints(/<Ada> hello/);
    one.process.stdin.end();
    assert.equal(await one.ended(), 0);
    assert.equal(await server.stop(), 0);
    assert.equal(await two.ended(), 0, "it ends with the server");
    assert.deepEqual([one.stderr, two.stderr], ["", ""]);
  });

  test("chat-client, without a server, says so", async () => {
    const client = await Program.run("examples/stdio/chat-client", ["1"]);
    assert.match(client.stderr, /ECONNREFUSED/);
    assert.equal(client.process.exitCode, 1);
  });

  test("shout, input that is closed at once, ends it", async () => {
    const program = new Program("examples/stdio/shout");
    program.process.stdin.end();
    assert.deepEqual([await program.ended(), program.stdout, program.stderr], [0, "0 bytes\n", ""]);
  });

  test("shout, between files and between pipes of a shell, loses nothing", () => {
    writeFileSync(join(folder, "in"), "hello\n".repeat(50_000));
    const env = { ...process.env };
    execFileSync("sh", ["-c", `"$0" "$1" < in > out; cat in | "$0" "$1" | cat > piped`, process.execPath, SHOUT], {
      cwd: folder,
      env,
    });
    const wanted = `${"HELLO\n".repeat(50_000)}300000 bytes\n`;
    assert.equal(readFileSync(join(folder, "out"), "utf8"), wanted);
    assert.equal(readFileSync(join(folder, "piped"), "utf8"), wanted);
  });

  test("shout, output that nobody reads any more, is ConnectionLost with EPIPE", async () => {
    const program = new Program("examples/stdio/shout");
    program.process.stdout.destroy();
    program.process.stdin.on("error", () => {});
    program.process.stdin.write("hello\n");
    await new Promise((resolve) => program.process.once("exit", resolve));
    await program.ended();
    assert.equal(program.stderr, "ConnectionLost EPIPE\n");
  });

  test("shout, much input and a slow reader, keeps little in memory and the input waiting", async () => {
    const zeros = openSync("/dev/zero", "r");
    const child = spawn(process.execPath, [SHOUT], { stdio: [zeros, "pipe", "ignore"] });
    const stdout = child.stdout!;
    let received = 0;
    stdout.on("data", (data: Buffer) => (received += data.length));
    stdout.pause();
    // Meanwhile it could read gigabytes.
    await setTimeout(500);
    stdout.resume();
    await new Promise<void>((resolve) => {
      stdout.on("data", () => received >= 64 * 1024 * 1024 && resolve());
    });
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    const peak = Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024;
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("close", resolve));
    closeSync(zeros);
    assert.ok(peak < 200, `${peak} MiB at the most`);
  });
});
