import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Application } from "../../src/application/application.ts";
import { runApplication } from "../../src/application/run-application.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { NotedService } from "./noted-service.ts";
import type { ProgramConfiguration } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "run-application-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `file${files++}`);

/** A program that runs in a process of its own. */
class Running {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<unknown[]>;

  constructor(reactor: string, configuration: Partial<ProgramConfiguration>) {
    const program = { listen: "tcp:0:interface=127.0.0.1", options: {}, ...configuration };
    this.#child = spawn(process.execPath, [fileURLToPath(new URL("program.js", import.meta.url))], {
      env: { ...process.env, HAWSER_REACTOR: reactor, PROGRAM: JSON.stringify(program) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#exited = once(this.#child, "close");
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async says(): Promise<string> {
    const line = await this.#lines.next();
    return line.done === true ? "" : line.value;
  }

  async port(): Promise<number> {
    return Number(/^port (\d+)$/.exec(await this.says())![1]);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its exit code, or the signal that ended it. */
  async end(): Promise<unknown> {
    const [code, signal] = await this.#exited;
    return code ?? signal;
  }
}

const kinds = loadNativeCore() === null ? ["node"] : ["node", "epoll"];
for (const kind of kinds) {
  test(`runApplication on the ${kind} reactor, stops on SIGTERM, and lets connections finish`, async () => {
    const program = new Running(kind, {});
    const socket = connect(await program.port(), "127.0.0.1");
    assert.equal(await program.says(), "connected");
    program.signal("SIGTERM");
    assert.equal(await program.says(), "stopping");
    socket.write("still here");
    const [echo] = (await once(socket, "data")) as [Buffer];
    assert.equal(echo.toString(), "still here");
    socket.end();
    assert.equal(await program.says(), "disconnected");
    assert.equal(await program.says(), "stopped");
    assert.equal(await program.end(), 0);
  });

  test(`runApplication on the ${kind} reactor, runs workers that share a port, a log and a PID file, and replaces them on SIGHUP`, async () => {
    const [logFile, pidFile] = [newPath(), newPath()];
    const listen = "tcp:0:interface=127.0.0.1";
    const options = { workers: 2, listen: [listen], logFile, pidFile, umask: 0o027, chdir: folder };
    const program = new Running(kind, { listen, options });
    const port = await program.port();
    assert.equal(await program.port(), port);
    assert.equal(readFileSync(pidFile, "utf8"), `${program.pid}\n`);
    const socket = connect(port, "127.0.0.1");
    assert.equal(await program.says(), "connected");
    program.signal("SIGHUP");
    // In any order: two new ones listen, and of the old ones, one has nothing to wait for.
    const said: string[] = [];
    for (let count = 0; count < 5; count++) said.push(await program.says());
    assert.deepEqual(said.sort(), [`port ${port}`, `port ${port}`, "stopped", "stopping", "stopping"]);
    socket.write("still here");
    assert.equal(String((await once(socket, "data"))[0]), "still here");
    socket.end();
    assert.deepEqual([await program.says(), await program.says()], ["disconnected", "stopped"]);
    program.signal("SIGTERM");
    assert.equal(await program.end(), 0);
    assert.equal(existsSync(pidFile), false);
    const log = readFileSync(logFile, "utf8");
    for (const id of [0, 1])
      assert.match(log, new RegExp(`\\[worker ${id} hawser\\.application#info\\] Received SIGTERM, stopping`));
  });

  test(`runApplication on the ${kind} reactor, rejects with what a worker cannot do`, async () => {
    const listen = "tcp:0:interface=127.0.0.1";
    const program = new Running(kind, { listen, start: "throw", options: { workers: 1, listen: [listen] } });
    assert.equal(await program.says(), "stopping");
    assert.equal(await program.says(), "failed: RangeError: cannot start");
    assert.equal(await program.says(), "failed: WorkerError: Worker 0 ended before it was ready: cannot start");
    assert.equal(await program.end(), 3);
  });

  test(`runApplication on the ${kind} reactor, aborts on a second signal`, async () => {
    const program = new Running(kind, {});
    const socket = connect(await program.port(), "127.0.0.1");
    const closed = new Promise((resolve) => void socket.once("close", resolve));
    socket.on("error", () => {});
    assert.equal(await program.says(), "connected");
    program.signal("SIGINT");
    assert.equal(await program.says(), "stopping");
    program.signal("SIGTERM");
    assert.equal(await program.says(), "disconnected");
    assert.equal(await program.says(), "stopped");
    assert.equal(await program.end(), 0);
    await closed;
  });

  test(`runApplication on the ${kind} reactor, rejects where a port is in use, and has stopped the rest`, async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const pidFile = newPath();
    const program = new Running(kind, { listen: `tcp:${port}:interface=127.0.0.1`, options: { pidFile } });
    assert.equal(await program.says(), "stopping");
    assert.match(await program.says(), /^failed: CannotListenError: .*EADDRINUSE|^failed: CannotListenError/);
    assert.equal(await program.end(), 3);
    assert.equal(existsSync(pidFile), false);
    other.close();
  });
}

test("runApplication, has the PID file while it runs, and another one refuses to start", async () => {
  const pidFile = newPath();
  writeFileSync(pidFile, "999999999\n");
  const program = new Running("node", { options: { pidFile } });
  await program.port();
  assert.equal(readFileSync(pidFile, "utf8"), `${program.pid}\n`);
  const second = new Running("node", { options: { pidFile } });
  assert.match(await second.says(), new RegExp(`^failed: PIDFileHeldError: .*process ${program.pid} has it`));
  assert.equal(await second.end(), 3);
  assert.equal(readFileSync(pidFile, "utf8"), `${program.pid}\n`);
  program.signal("SIGTERM");
  assert.equal(await program.end(), 0);
  assert.equal(existsSync(pidFile), false);
});

test("runApplication, rejects with what the start throws, and has stopped everything", async () => {
  const program = new Running("node", { start: "throw" });
  assert.equal(await program.says(), "stopping");
  assert.equal(await program.says(), "failed: RangeError: cannot start");
  assert.equal(await program.end(), 3);
});

test("runApplication, logs to its file, and opens it again on SIGHUP", async () => {
  const logFile = newPath();
  const moved = `${logFile}.old`;
  const program = new Running("node", { options: { logFile, logFormat: "json", umask: 0o027 } });
  await program.port();
  assert.equal(statSync(logFile).mode & 0o777, 0o640);
  renameSync(logFile, moved);
  program.signal("SIGHUP");
  assert.equal(await program.says(), "reloaded");
  program.signal("SIGTERM");
  assert.equal(await program.end(), 0);
  const formats = (path: string): unknown[] =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { logFormat: unknown }).logFormat);
  assert.ok(formats(moved).length > 0);
  assert.ok(formats(logFile).includes("Received {signal}, stopping"));
});

test("runApplication, is in its folder, and is who it is told to be", { skip: process.getuid?.() !== 0 }, async () => {
  const program = new Running("node", { options: { chdir: "/" }, uid: 65534, start: "identify" });
  assert.equal(await program.says(), "user 65534 in /");
  program.signal("SIGTERM");
  await program.end();
});

test("runApplication, starts and stops in order, in this process", async () => {
  const notes: string[] = [];
  const reactor = new NodeReactor();
  const application = new Application("test");
  new NotedService("a", notes).setServiceParent(application);
  const listeners = process.listenerCount("SIGTERM");
  await runApplication(application, reactor, {
    ready: () => {
      notes.push(`ready with ${process.listenerCount("SIGTERM") - listeners}`);
      reactor.stop();
    },
  });
  assert.deepEqual(notes, ["privileged a", "start a", "ready with 1", "stop a"]);
  assert.equal(process.listenerCount("SIGTERM"), listeners);
});
