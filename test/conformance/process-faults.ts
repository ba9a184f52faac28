/** What goes wrong with child processes, and what becomes of them when a reactor stops, on every reactor over sockets. */
import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ProcessExitedAlready, ProcessNotStarted, ProcessTerminated } from "../../src/process/errors.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { NotingProcess, SHELL, exists, spawned } from "./process-fixtures.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";

const MEGABYTE = 2 ** 20;

export function processFaultsConformance(name: string, makeReactor: MakeReactor): void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "hawser-")));
  after(() => rmSync(folder, { recursive: true }));
  const runs = (body: (reactor: Reactor) => Promise<void>) => (): Promise<void> => running(makeReactor, body);

  describe(`${name}: processes, faults`, () => {
    const script = join(folder, "script");
    writeFileSync(script, "#!/no/such/interpreter\n", { mode: 0o755 });
    const plain = join(folder, "plain");
    writeFileSync(plain, "");

    for (const [what, executable, path, osError, expected] of [
      ["a missing executable", "/no/such/program", undefined, "ENOENT", /expected a file that is there/],
      ["a missing interpreter", script, undefined, "ENOENT", /and its interpreter/],
      ["a file that may not be executed", plain, undefined, "EACCES", /expected a file that may be executed/],
      ["a missing path", SHELL, "/no/such/folder", "ENOENT", /expected the path "\/no\/such\/folder" to be a folder/],
      ["a path that is no folder", SHELL, plain, "ENOTDIR", /to be a folder/],
    ] as const) {
      test(
        `${what}, is told to the protocol, and nothing is left open`,
        runs(async (reactor) => {
          const process = new NotingProcess();
          const transport = reactor.spawnProcess(process, executable, ["x"], path === undefined ? {} : { path });
          assert.equal(transport.pid, null);
          assert.deepEqual(process.events, ["made"], "the rest comes later");
          transport.write("nobody");
          transport.closeStdin();
          transport.pauseProducing();
          assert.throws(() => transport.signalProcess("TERM"), ProcessExitedAlready);
          await process.ended();
          assert.deepEqual(process.events, ["made", "lost 0", "lost 1", "lost 2", "exited", "ended"]);
          const { end } = process;
          assert.ok(end instanceof ProcessNotStarted && end instanceof ProcessTerminated);
          assert.deepEqual([end.osError, end.executable, end.exitCode, end.status], [osError, executable, null, null]);
          assert.equal((end.cause as { code: string }).code, osError);
          assert.match(end.message, expected);
        }),
      );
    }

    test(
      "arguments that the system does not take, are told to the protocol",
      runs(async (reactor) => {
        const process = new NotingProcess();
        reactor.spawnProcess(process, SHELL, ["sh", "x".repeat(4 * MEGABYTE)]);
        const { end } = await process.ended();
        assert.ok(end instanceof ProcessNotStarted);
        assert.equal(end.osError, "E2BIG");
      }),
    );

    test(
      "what is wrong with the arguments, is thrown, and nothing is started",
      runs(async (reactor) => {
        const protocol = new NotingProcess();
        const refused = (executable: unknown, args: unknown, options: object, error: RegExp): void =>
          assert.throws(() => reactor.spawnProcess(protocol, executable as string, args as [], options), error);
        refused("", [], {}, /Cannot start the process ''/);
        refused(3, [], {}, /Cannot start the process 3/);
        refused(SHELL, [3], {}, /with the arguments \[ 3 \]: expected strings/);
        refused(SHELL, "sh", {}, /with the arguments 'sh'/);
        refused(SHELL, ["a\0b"], {}, /null bytes/);
        refused(SHELL, [], { env: { A: 1 } }, /environment variable A=1: expected a string/);
        refused(SHELL, [], { uid: -1 }, /with the uid -1/);
        refused(SHELL, [], { gid: 0.5 }, /with the gid 0.5/);
        refused(SHELL, [], { childFDs: { 0: "x" } }, /child's descriptor 0 of 'x'/);
        refused(SHELL, [], { childFDs: { 0: -1 } }, /child's descriptor 0 of -1/);
        refused(SHELL, [], { childFDs: { [-1]: "r" } }, /the descriptor "-1"/);
        refused(SHELL, [], { childFDs: { 1024: "r" } }, /from 0 to 1023/);
        refused(SHELL, [], { usePTY: true }, /Cannot spawnProcess with usePTY: the \w+ reactor has no means for it/);
        assert.throws(() => reactor.spawnProcess(null, SHELL), /without a protocol/);
        assert.deepEqual(protocol.events, []);
        await Promise.resolve();
      }),
    );

    test(
      "a protocol that throws, is logged, and hears the rest",
      runs(async (reactor) => {
        const logs = capturedLogs();
        const process = spawned(reactor, new Throwing(), "echo; exec sleep 1000 >&-");
        await until(() => process.events.includes("lost 1"), "the output to be closed");
        process.transport.signalProcess("KILL");
        await process.ended();
        logs.stop();
        const failures = logs.flatMap((event) => event.logFailure?.getErrorMessage() ?? []);
        assert.deepEqual([...new Set(failures)].sort(), [
          "broken connectionMade",
          "broken data",
          "broken ended",
          "broken exited",
          "broken lost",
        ]);
      }),
    );
  });

  describe(`${name}: processes, when the reactor stops`, () => {
    test("the descriptors are closed, the process is left alone, and holds nobody", async () => {
      const process = new NotingProcess();
      let pid = 0;
      await running(makeReactor, async (reactor) => {
        spawned(reactor, process, "trap '' HUP PIPE TERM; echo ready; exec sleep 1000 2>&1");
        await process.says("ready");
        pid = process.transport.pid!;
      });
      const events = [...process.events].sort();
      const lives = exists(pid);
      globalThis.process.kill(pid, "SIGKILL");
      assert.deepEqual([lives, ...events], [true, "lost 0", "lost 1", "lost 2", "made"]);
      await until(() => process.transport.pid === null, "it to be reaped");
      assert.equal(exists(pid), false);
      assert.equal(process.events.length, 4, "nothing more is told");
    });

    test("a process that has exited, ends when its descriptors are closed", async () => {
      const process = new NotingProcess();
      await running(makeReactor, async (reactor) => {
        spawned(reactor, process, "sleep 1000 & echo $!");
        await until(() => process.exitedWith !== undefined && process.text().endsWith("\n"), "the exit");
        assert.equal(process.endedWith, undefined);
      });
      globalThis.process.kill(Number(process.text()), "SIGKILL");
      assert.equal(process.events.at(-1), "ended");
    });

    test("a process that could not be started, is not told when the reactor stops first", async () => {
      const reactor = makeReactor();
      const process = new NotingProcess();
      reactor.callWhenRunning(() => reactor.stop());
      reactor.addSystemEventTrigger("during", "shutdown", () => {
        reactor.spawnProcess(process, "/no/such/program");
      });
      await reactor.run({ installSignalHandlers: false });
      assert.ok(["made", "ended"].includes(process.events.at(-1)!));
    });
  });
}

class Throwing extends NotingProcess {
  override connectionMade(): void {
    super.connectionMade();
    throw new Error("broken connectionMade");
  }

  override childDataReceived(): void {
    throw new Error("broken data");
  }

  override childConnectionLost(childFD: number): void {
    super.childConnectionLost(childFD);
    throw new Error("broken lost");
  }

  override processExited(reason: Failure): void {
    super.processExited(reason);
    throw new Error("broken exited");
  }

  override processEnded(reason: Failure): void {
    super.processEnded(reason);
    throw new Error("broken ended");
  }
}
