import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Program } from "../support/program.ts";
import { PackageFolder } from "./package-folder.ts";

describe("hawser SERVICE", () => {
  for (const reactor of ["epoll", "node"]) {
    test(`on the ${reactor} reactor, says where it listens and stops on a signal`, async (t) => {
      const program = new Program("bin/hawser", ["chat", "--reactor", reactor, "-l", "tcp:0:interface=127.0.0.1"]);
      const match = await program.prints(/try: nc 127\.0\.0\.1 (\d+)\n/).catch((error: unknown) => {
        if (/--reactor: /.test(program.stderr)) return undefined;
        throw error;
      });
      if (match === undefined) return t.skip(program.stderr);
      assert.equal(await program.stop(), 0, program.stderr);
      assert.match(program.stderr, /SIGTERM/);
    });

    test(`on the ${reactor} reactor, ends with 3 where the port is in use`, async () => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      const { port } = other.address() as AddressInfo;
      const endpoint = `tcp:${port}:interface=127.0.0.1`;
      const args = ["chat", "--reactor", reactor, "--listen", "tcp:0:interface=127.0.0.1", "--listen", endpoint];
      const program = await Program.run("bin/hawser", args);
      other.close();
      assert.match(
        program.stderr,
        new RegExp(`^hawser: chat: --listen: ${endpoint}: Cannot listen on .*EADDRINUSE.*$`, "m"),
      );
      assert.deepEqual([await program.ended(), program.stdout], [3, ""]);
    });
  }

  test("listens on several endpoints", async () => {
    const folder = new PackageFolder();
    const path = `${folder.path}/socket`;
    const program = new Program("bin/hawser", ["chat", "--listen", "tcp:0:interface=127.0.0.1", "-l", `unix:${path}`]);
    await program.prints(/nc 127\.0\.0\.1 \d+\n.*nc -U .*socket\n/);
    assert.equal(await program.stop(), 0, program.stderr);
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
    assert.equal(await program.ended(), null);
    assert.equal(program.process.signalCode, "SIGTERM");
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
});

describe("hawser SERVICE, as a daemon", () => {
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

describe("hawser run", () => {
  async function run(
    source: string,
    ...args: string[]
  ): Promise<[code: number | null, stdout: string, stderr: string]> {
    const folder = new PackageFolder();
    folder.write("x.mjs", source);
    const program = await Program.run("bin/hawser", ["run", `${folder.path}/x.mjs`, ...args]);
    return [await program.ended(), program.stdout, program.stderr.replaceAll(folder.path, "")];
  }

  test("gives a function the reactor and the arguments, and ends when it is over", async () => {
    const source = "export default async (reactor, ...args) => console.log(typeof reactor.listenTCP, ...args);";
    assert.deepEqual(await run(source, "--", "-a", "b"), [0, "function -a b\n", ""]);
  });

  test("runs what a function answers", async () => {
    const source = `export default async (reactor) => ({
      startService() { console.log("start"); reactor.callLater(0, () => reactor.stop()); },
      stopService() { console.log("stop"); },
    });`;
    assert.deepEqual(await run(source), [0, "start\nstop\n", ""]);
  });

  test("goes on where a function answers nothing", async () => {
    assert.deepEqual(await run("export default (reactor) => void reactor.callLater(0.01, () => reactor.stop());"), [
      0,
      "",
      "",
    ]);
  });

  test("does not wait for what a program has left behind", async () => {
    const source = "setInterval(() => {}, 1000); export default async () => console.log('over');";
    assert.deepEqual(await run(source), [0, "over\n", ""]);
  });

  test("ends with 1 and a line where it fails", async () => {
    const [code, , stderr] = await run("export default async () => { throw new Error('Oh'); };");
    assert.deepEqual([code, stderr], [1, "hawser: run: /x.mjs: Oh\n"]);
  });

  test("ends with 4 and says where a module fails that cannot be loaded", async () => {
    const [code, , stderr] = await run("throw new Error('Oh');");
    assert.equal(code, 4);
    assert.match(stderr, /^hawser: run: \/x\.mjs: it cannot be loaded: Error: Oh\nError: Oh\n +at .*x\.mjs:1:7\n/);
  });
});
