import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { Socket } from "../../src/reactor/epoll/socket.ts";
import { Program } from "../support/program.ts";
import { PackageFolder } from "./package-folder.ts";

describe("runPlan", () => {
  test("tells systemd when it listens and when it ends", { skip: loadNativeCore() === null }, async () => {
    const folder = new PackageFolder();
    const [systemd, path] = [new Socket("unix", "dgram"), `${folder.path}/notify`];
    systemd.bind(path);
    const program = new Program("bin/hawser", ["echo"], { NOTIFY_SOCKET: path, WATCHDOG_USEC: "60000000" });
    await program.prints(/listens/);
    assert.equal(await program.stop(), 0, program.stderr);
    const told = [1, 2, 3].map(() => String(systemd.recv(100)));
    systemd.close();
    assert.deepEqual(told, ["READY=1", "WATCHDOG=1", "STOPPING=1"]);
  });

  test("ends at once on a second signal", async () => {
    const folder = new PackageFolder();
    folder.write(
      "slow.mjs",
      `export default { startService() { console.log("started"); }, stopService() { console.log("stopping"); return new Promise(() => {}); } };`,
    );
    const program = new Program("bin/hawser", ["run", `${folder.path}/slow.mjs`]);
    await program.prints(/started/);
    program.process.kill("SIGTERM");
    await program.prints(/stopping/);
    program.process.kill("SIGTERM");
    assert.equal(await program.ended(), 0);
  });

  test("goes where --chdir says, and makes files as --umask says", async () => {
    const folder = new PackageFolder();
    folder.write(
      "where.mjs",
      `import { writeFileSync } from "node:fs";
export default async () => { console.log(process.cwd()); writeFileSync("made", ""); console.log((await import("node:fs")).statSync("made").mode.toString(8)); };`,
    );
    const program = await Program.run("bin/hawser", ["run", "--chdir", folder.path, "--umask", "077", "where.mjs"]);
    assert.equal(program.stdout, `${folder.path}\n100600\n`);
    assert.equal(readFileSync(`${folder.path}/made`, "utf8"), "");
    const nowhere = await Program.run("bin/hawser", ["chat", "--chdir", `${folder.path}/nowhere`]);
    assert.match(nowhere.stderr, /^hawser: --chdir: ENOENT.*\n$/);
    assert.equal(await nowhere.ended(), 5);
  });

  test("has a PID file while it runs, and does not take that of another", async () => {
    const folder = new PackageFolder();
    const path = `${folder.path}/x.pid`;
    const program = new Program("bin/hawser", ["chat", "--pidfile", path]);
    await program.prints(/The chat is open/);
    assert.equal(readFileSync(path, "utf8"), `${program.process.pid}\n`);
    const second = await Program.run("bin/hawser", ["chat", "--pidfile", path]);
    assert.match(second.stderr, /^hawser: --pidfile: Cannot take the PID file .*, expected it to be free\n$/);
    assert.equal(await second.ended(), 5);
    assert.equal(await program.stop(), 0);
    assert.equal(existsSync(path), false);
  });

  test("becomes somebody else when its ports are open", async (t) => {
    if (process.getuid?.() !== 0) return t.skip("needs root to become somebody else");
    const folder = new PackageFolder();
    folder.write(
      "who.mjs",
      `const ids = () => process.getuid() + ":" + process.getgid();
export default {
  privilegedStartService() { console.log(ids()); },
  startService() { console.log(ids()); },
  stopService() {},
};`,
    );
    const program = new Program("bin/hawser", ["run", `${folder.path}/who.mjs`, "--uid=65534", "--gid=65533"]);
    await program.prints(/0:0\n65534:65533\n/);
    assert.equal(await program.stop(), 0);
    const nobody = await Program.run("bin/hawser", ["chat", "--uid", "nobody-of-that-name"]);
    assert.match(nobody.stderr, /^hawser: chat: --uid: Cannot become the user nobody-of-that-name/m);
    assert.equal(await nobody.ended(), 5);
  });

  test("shows statistics on a terminal", async (t) => {
    const hawser = fileURLToPath(new URL("../../../bin/hawser", import.meta.url));
    const terminal = spawn("script", ["-qec", `${process.execPath} ${hawser} chat --stats`, "/dev/null"]);
    let output = "";
    let isInterrupted = false;
    const isThere = await new Promise<boolean>((resolve) => {
      terminal.on("error", () => resolve(false));
      terminal.stdout.on("data", (data: Buffer) => {
        output += data.toString();
        if (!output.includes("0 connections, in 0 B/s") || isInterrupted) return;
        isInterrupted = true;
        // The terminal's interrupt key.
        terminal.stdin.write("\u0003");
      });
      terminal.on("close", () => resolve(true));
    });
    if (!isThere) return t.skip("script is not installed");
    assert.match(output, /\r.{3}0 connections, in 0 B\/s, out 0 B\/s, lag \d+\.\d ms/);
    assert.match(output, /SIGINT/);
  });
});
