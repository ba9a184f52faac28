/** What is special to children that the core starts; what all children do is in the conformance suite. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { ProcessTerminated } from "../../../src/process/errors.ts";
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import type { NativeCore } from "../../../src/reactor/epoll/native-core.ts";
import { NotingProcess, exists, shell, spawned } from "../../conformance/process-fixtures.ts";
import { running, until } from "../../conformance/running.ts";
import { Program } from "../../support/program.ts";
import "../../support/quiet-logs.ts";
import { native, runs, skip } from "./over-core.ts";

/** Has the core answer something else while `body` runs. */
async function answering<T>(answers: Partial<NativeCore>, body: () => Promise<T>): Promise<T> {
  const before = { ...native };
  Object.assign(native, answers);
  try {
    return await body();
  } finally {
    Object.assign(native, before);
  }
}

function descriptorCount(): number {
  return readdirSync("/proc/self/fd").length;
}

describe("startNativeChild", { skip }, () => {
  test("descriptors are pipes, which the child may open again", () =>
    runs(async (reactor) => {
      const child = shell(reactor, "echo out >/dev/stdout; echo err >/dev/stderr; cat /dev/stdin; test -p /dev/stdin");
      child.transport.write("in\n");
      child.transport.closeStdin();
      await child.ended();
      assert.deepEqual([child.text(1), child.text(2), child.end.exitCode], ["out\nin\n", "err\n", 0]);
    }));

  test("what this process itself has inherited, does not reach the child", () => {
    const fd = openSync("/dev/null", "r");
    const program = fileURLToPath(new URL("child-program.js", import.meta.url));
    // The runtime looks only so far for what it has inherited.
    const none = Array<"ignore">(37).fill("ignore");
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, "list"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe", ...none, fd],
    });
    closeSync(fd);
    assert.equal(status, 0, stderr);
    // The last is that of the folder which is listed.
    assert.equal(stdout, "0\n1\n2\n3\n");
  });

  test("a child that goes on when the reactor stops, keeps the core open no longer than it lives", async () => {
    const before = descriptorCount();
    const child = new NotingProcess();
    await runs(async (reactor) => {
      spawned(reactor, child, "exec sleep 1000");
      await until(() => readFileSync(`/proc/${child.transport.pid}/comm`, "utf8") === "sleep\n", "it to run");
    });
    assert.ok(descriptorCount() > before);
    process.kill(child.transport.pid!, "SIGKILL");
    await until(() => child.transport.pid === null, "it to be reaped");
    assert.equal(descriptorCount(), before);
  });

  test("a worker that is terminated, leaves no zombies, whether its children end before it or after", async () => {
    const worker = new Worker(new URL("child-program.js", import.meta.url), { argv: ["wait"] });
    const [pids] = (await once(worker, "message")) as [number[]];
    assert.equal(pids.length, 3);
    process.kill(pids[0]!, "SIGKILL");
    await worker.terminate();
    for (const pid of pids.slice(1)) {
      assert.ok(exists(pid), "it lives on");
      process.kill(pid, "SIGKILL");
    }
    for (const pid of pids) await until(() => !exists(pid), "it to be reaped");
  });

  test("a program that ends, leaves its children alone", async () => {
    const program = await Program.run("test/reactor/epoll/child-program", ["exit"]);
    assert.equal(await program.ended(), 7);
    const pid = Number(program.stdout);
    assert.ok(exists(pid));
    process.kill(pid, "SIGKILL");
  });

  test("a child that somebody else has waited for, ends, nobody knows how", () =>
    runs((reactor) =>
      answering({ reap: () => -10 }, async () => {
        const child = await shell(reactor, "exit 3").ended();
        assert.ok(child.end instanceof ProcessTerminated);
        assert.deepEqual([child.end.exitCode, child.end.signal, child.end.status], [null, null, null]);
        assert.match(child.end.message, /The process ended nobody knows how/);
      }),
    ));

  test("where processes cannot be watched, the runtime starts them", () =>
    answering({ canSpawn: () => 0, spawn: () => assert.fail("it cannot") }, () =>
      running(
        () => new EpollReactor(),
        async (reactor) => {
          const child = await shell(reactor, "echo out; exit 3").ended();
          assert.deepEqual([child.text(), child.end.exitCode], ["out\n", 3]);
        },
      ),
    ));

  test("what the core could not do, is told with the name of the call", () =>
    runs(async (reactor) => {
      const causeOf = async (executable: string, options: object): Promise<string> => {
        const child = new NotingProcess();
        reactor.spawnProcess(child, executable, [], options);
        return ((await child.ended()).end.cause as Error).message;
      };
      assert.equal(await causeOf("/no/such/program", {}), "execve ENOENT: No such file or directory");
      assert.equal(await causeOf("/bin/true", { path: "/no/such" }), "chdir ENOENT: No such file or directory");
      assert.equal(await causeOf("/bin/true", { childFDs: { 4: 9_999 } }), "dup2 EBADF: Bad file descriptor");
      const full: Partial<NativeCore> = {
        spawn: (_core, _strings, plan) => {
          plan[0] = 1;
          return -24;
        },
      };
      assert.equal(await answering(full, () => causeOf("/bin/true", {})), "pipe2 EMFILE: Too many open files");
    }));

  test(
    "another user has the groups that are its own, and none of ours",
    {
      skip: process.getuid?.() !== 0 && "only root may become others",
    },
    () =>
      runs(async (reactor) => {
        const groups = process.getgroups!();
        process.setgroups!([0, 12_345]);
        try {
          const idOf = async (options: object): Promise<string> =>
            (await shell(reactor, "id -u; id -g; id -G", options).ended()).text();
          for (const name of ["daemon", "nobody"]) {
            const id = (what: string): string => spawnSync("id", [what, name], { encoding: "utf8" }).stdout;
            const expected = [id("-u"), id("-g"), id("-G")];
            const [uid, gid] = [Number(expected[0]), Number(expected[1])];
            assert.equal(await idOf({ uid, gid }), expected.join(""));
          }
          // Whom nobody knows.
          assert.equal(await idOf({ uid: 54_321, gid: 54_322 }), "54321\n54322\n54322\n");
          // Ours are ours.
          assert.equal(await idOf({ gid: 54_322 }), "0\n54322\n54322 0 12345\n");
        } finally {
          process.setgroups!(groups);
        }
      }),
  );
});
