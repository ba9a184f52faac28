/** As a user runs it: workers are processes. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, test } from "node:test";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { Program } from "../support/program.ts";
import { PackageFolder } from "./package-folder.ts";

const LISTEN = "tcp:0:interface=127.0.0.1";

const source = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

/** Says who answers, and then echoes; what it listens on is shared where it is a worker. */
const SERVER = `import { strports } from ${source("application/index.js")};
import { Factory, Protocol, reactor } from ${source("index.js")};
class Who extends Protocol {
  connectionMade() { this.transport.write(process.pid + ":" + process.getuid() + "\\n"); }
  dataReceived(data) { this.transport.write(data); }
}
const service = strports.service(${JSON.stringify(LISTEN)}, Factory.forProtocol(Who), reactor);
service.waitForListening().addCallback((port) => console.log("port " + port.getHost().port));
export default service;
`;

interface Answer {
  readonly socket: Socket;
  readonly pid: number;
  readonly uid: number;
}

/** Asks who answers at `port`; the connection stays open. */
async function ask(port: number): Promise<Answer> {
  const socket = connect(port, "127.0.0.1");
  const [line] = (await once(socket, "data")) as [Buffer];
  const [pid, uid] = line.toString().split(":").map(Number);
  return { socket, pid: pid!, uid: uid! };
}

/** Asks until somebody answers who is none of `others`; each of the connections has an answer. */
async function askAnother(port: number, others: readonly number[]): Promise<number> {
  for (;;) {
    const { socket, pid } = await ask(port);
    socket.destroy();
    if (!others.includes(pid)) return pid;
  }
}

function serve(...args: string[]): { program: Program; folder: PackageFolder } {
  const folder = new PackageFolder();
  folder.write("server.mjs", SERVER);
  // From another folder, where --chdir leads back.
  const words = ["run", "server.mjs", "--chdir", folder.path, "--workers", "2", "--listen", LISTEN, ...args];
  return { program: new Program("bin/hawser", words), folder };
}

describe("hawser --workers", () => {
  for (const reactor of loadNativeCore() === null ? ["node"] : ["epoll", "node"]) {
    test(`on the ${reactor} reactor, shares a port, starts a dead worker again, and reloads without dropping a connection`, async () => {
      const { program } = serve("--reactor", reactor);
      const [, first, second] = await program.prints(/port (\d+)\nport (\d+)\n/);
      assert.equal(first, second);
      const port = Number(first);
      const dead = await askAnother(port, []);
      process.kill(dead, "SIGKILL");
      await program.logs(/Worker \d has ended, it is started again in [\d.]+ seconds: .* signal 9/);
      await program.prints(/(port \d+\n){3}/);
      const kept = await ask(port);
      const old = [kept.pid, await askAnother(port, [kept.pid, dead])];
      program.process.kill("SIGHUP");
      await askAnother(port, old);
      // All workers have one more.
      await program.prints(/(port \d+\n){5}/);
      kept.socket.destroy();
      assert.equal(await program.stop(), 0, program.stderr);
      assert.match(program.stderr, /\[worker \d hawser\.application#info\] Received SIGTERM, stopping/);
    });
  }

  test("says once where a service listens, and lets connections of old workers finish", async () => {
    const program = new Program("bin/hawser", ["--workers", "2", "echo"]);
    const [, text] = await program.prints(/:(\d+)\n/);
    const socket = connect(Number(text), "127.0.0.1");
    const echo = async (): Promise<string> => {
      socket.write("still here");
      return String(((await once(socket, "data")) as [Buffer])[0]);
    };
    await echo();
    program.process.kill("SIGHUP");
    await program.logs(/Waiting for 1 connections/);
    assert.equal(await echo(), "still here");
    program.process.kill("SIGTERM");
    await program.logs(/\[hawser.application#info\] Received SIGTERM/);
    assert.equal(await echo(), "still here");
    socket.end();
    assert.equal(await program.ended(), 0, program.stderr);
    assert.match(program.stdout, /^echo listens on 127\.0\.0\.1:\d+\n$/);
  });

  test("aborts the connections of workers on a second signal", async () => {
    const program = new Program("bin/hawser", ["echo", "--workers", "1", "--drain", "60"]);
    const [, text] = await program.prints(/:(\d+)\n/);
    const socket = connect(Number(text), "127.0.0.1");
    const closed = new Promise((resolve) => void socket.once("close", resolve));
    socket.on("error", () => {});
    socket.write("here");
    await once(socket, "data");
    program.process.kill("SIGINT");
    await program.logs(/Waiting for 1 connections/);
    program.process.kill("SIGINT");
    await closed;
    assert.equal(await program.ended(), 0, program.stderr);
    assert.match(program.stderr, /Aborting 1 connections/);
  });

  test("ends with the line and the code of a worker that cannot start, as without workers", async () => {
    const folder = new PackageFolder();
    folder.write("fails.mjs", "export default () => { throw new Error('Oh'); };");
    folder.write("dies.mjs", "process.exit(77);");
    const inUse = new Program("bin/hawser", ["echo"]);
    const [, port] = await inUse.prints(/:(\d+)\n/);
    const endpoint = `tcp:${port}:interface=127.0.0.1`;
    folder.write("listens.mjs", SERVER.replaceAll(LISTEN, endpoint));
    const cases: [string[], RegExp, number][] = [
      [["socks", "--users", "/no/where"], /^hawser: socks: --users: ENOENT.*\n$/, 5],
      [["portforward", "--to", "x:1"], /^hawser: portforward: --to: Cannot make an endpoint of "x:1".*\n$/, 2],
      [["run", `${folder.path}/fails.mjs`], /^hawser: run: .*fails\.mjs: Oh\n$/, 1],
      [["run", `${folder.path}/dies.mjs`], /^hawser: run: .*: Worker \d ended before it was ready: .*code 77.*\n$/, 1],
      [["run", `${folder.path}/listens.mjs`], /EADDRINUSE.*; a port that workers share is given by --listen/, 1],
      [["echo", "--listen", endpoint], /^hawser: echo: --listen: Cannot listen on 127.*EADDRINUSE.*\n$/, 3],
      [["echo", "-l", "unix:/x"], /^hawser: echo: --listen: .*"unix" cannot be shared by workers, expected .*\n$/, 2],
      [["echo", "-l", LISTEN, "-l", LISTEN], /^hawser: echo: --listen: .*: it is given twice, expected it once\n$/, 2],
      [["procmon", "--", "/bin/true"], /^hawser: procmon: --workers: it has no ports .*, expected a service that l/, 2],
    ];
    for (const [words, line, code] of cases) {
      const [name = "", ...others] = words;
      const program = await Program.run("bin/hawser", [name, "--workers", "1", ...others]);
      assert.match(program.stderr, line);
      assert.deepEqual([await program.ended(), program.stdout], [code, ""], program.stderr);
    }
    await inUse.stop();
  });

  test("warns of a shared port that the program does not ask for", async () => {
    const { program } = serve("--listen", "tcp:0:interface=127.0.0.2");
    await program.logs(/Nobody listens on tcp:0:interface=127\.0\.0\.2, expected the program to ask/);
    assert.equal(await program.stop(), 0, program.stderr);
  });

  test("has a log file and a PID file for all, and workers that are somebody else", async (t) => {
    if (process.getuid?.() !== 0) return t.skip("needs root to become somebody else");
    const folder = new PackageFolder();
    const [log, pidFile] = [`${folder.path}/x.log`, `${folder.path}/x.pid`];
    const args = ["--uid", "65534", "--log-file", log, "--log-format", "json", "--pidfile", pidFile];
    const { program } = serve(...args);
    const [, port] = await program.prints(/port (\d+)\nport/);
    assert.equal(readFileSync(pidFile, "utf8"), `${program.process.pid}\n`);
    const { socket, pid, uid } = await ask(Number(port));
    socket.destroy();
    assert.notEqual(pid, program.process.pid);
    assert.equal(uid, 65534);
    assert.equal(await program.stop(), 0, program.stderr);
    const events = readFileSync(log, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { tag?: string });
    assert.deepEqual(new Set(events.flatMap(({ tag }) => tag ?? [])), new Set(["worker 0", "worker 1"]));
    assert.equal(program.stderr, "");
  });
});
