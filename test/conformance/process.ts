/** Child processes, on every reactor over sockets. */
import { AsyncLocalStorage } from "node:async_hooks";
import assert from "node:assert/strict";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Failure } from "../../src/deferred/failure.ts";
import { ProcessDone, ProcessExitedAlready, ProcessTerminated } from "../../src/process/errors.ts";
import type { ProcessProtocol } from "../../src/protocol/process-protocol.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { PushProducer } from "../../src/transport/producer.ts";
import { ConnectionDone, ConnectionLost } from "../../src/transport/errors.ts";
import { NotingProcess, SHELL, exists, shell, spawned } from "./process-fixtures.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";

const MEGABYTE = 2 ** 20;

export function processConformance(name: string, makeReactor: MakeReactor): void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "hawser-")));
  after(() => rmSync(folder, { recursive: true }));
  const runs = (body: (reactor: Reactor) => Promise<void>) => (): Promise<void> => running(makeReactor, body);

  describe(`${name}: processes, their life`, () => {
    test(
      "spawnProcess, tells of the descriptors and of the exit in any order, and of the end last",
      runs(async (reactor) => {
        const process = await shell(reactor, "echo out; echo err >&2").ended();
        assert.deepEqual([process.text(1), process.text(2)], ["out\n", "err\n"]);
        assert.equal(process.events[0], "made");
        assert.deepEqual(process.events.slice(1, -1).sort(), ["exited", "lost 0", "lost 1", "lost 2"]);
        assert.equal(process.events.at(-1), "ended");
        assert.ok(process.end instanceof ProcessDone && process.end instanceof ConnectionDone);
        assert.deepEqual([process.end.exitCode, process.end.signal, process.end.status], [0, null, 0]);
        assert.equal(process.exitedWith?.check(ProcessDone), ProcessDone);
      }),
    );

    test(
      "an exit code, is in ProcessTerminated",
      runs(async (reactor) => {
        const { end } = await shell(reactor, "exit 7").ended();
        assert.ok(end instanceof ProcessTerminated && end instanceof ConnectionLost);
        assert.deepEqual([end.exitCode, end.signal, end.status], [7, null, 7 << 8]);
        assert.equal(end.message, "The process ended with exit code 7");
      }),
    );

    test(
      "the pid, is there until the process has exited",
      runs(async (reactor) => {
        const process = shell(reactor, "read line; echo $$");
        const { pid } = process.transport;
        assert.ok(pid !== null && exists(pid));
        process.transport.write("go on\n");
        await process.ended();
        assert.equal(process.text(), `${pid}\n`);
        assert.equal(process.transport.pid, null);
        assert.equal(exists(pid), false, "it is reaped");
      }),
    );

    test(
      "a grandchild that holds a descriptor, puts the end off, not the exit",
      runs(async (reactor) => {
        const fd = openSync(join(folder, "release"), "w");
        closeSync(fd);
        // The grandchild reads the standard input of the shell, which a shell takes from its background otherwise.
        const process = shell(reactor, "exec 3<&0; (read line <&3; echo $line) & exit 3");
        await until(() => process.exitedWith !== undefined, "the exit");
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(process.events, ["made", "exited"]);
        process.transport.write("still there\n");
        await process.ended();
        assert.equal(process.text(), "still there\n");
        assert.equal(process.end.exitCode, 3);
      }),
    );

    test(
      "a child that closes its output, lives on",
      runs(async (reactor) => {
        const process = shell(reactor, "exec >&-; read line; exit 4");
        await until(() => process.events.includes("lost 1"), "the output to be closed");
        assert.deepEqual(process.events, ["made", "lost 1"]);
        process.transport.write("go on\n");
        assert.equal((await process.ended()).end.exitCode, 4);
      }),
    );

    test(
      "a child that closes its input, is noticed at once, and what is written is dropped",
      runs(async (reactor) => {
        const process = shell(reactor, "exec <&-; while test ! -e $MARK; do :; done", {
          env: { ...globalThis.process.env, MARK: join(folder, "input-lost") },
        });
        await until(() => process.events.includes("lost 0"), "the input to be closed");
        process.transport.write("nobody reads this");
        process.transport.writeToChild(0, "nor this");
        writeFileSync(join(folder, "input-lost"), "");
        assert.equal((await process.ended()).end.exitCode, 0);
      }),
    );

    test(
      "everything is told in the asynchronous context of spawnProcess",
      runs(async (reactor) => {
        const context = new AsyncLocalStorage<string>();
        const seen = new Set<string | undefined>();
        class Looking extends NotingProcess {
          override childDataReceived(childFD: number, data: Buffer): void {
            super.childDataReceived(childFD, data);
            seen.add(`data ${context.getStore()}`);
            context.run("another", () => this.transport.closeStdout());
          }
          override childConnectionLost(childFD: number): void {
            super.childConnectionLost(childFD);
            seen.add(`lost ${context.getStore()}`);
          }
          override processExited(reason: Failure): void {
            super.processExited(reason);
            seen.add(`exited ${context.getStore()}`);
          }
          override processEnded(reason: Failure): void {
            super.processEnded(reason);
            seen.add(`ended ${context.getStore()}`);
          }
        }
        const process = context.run("here", () => spawned(reactor, new Looking(), "echo; read line"));
        await until(() => process.events.includes("lost 1"), "the output to be closed");
        context.run("another", () => process.transport.closeStdin());
        await process.ended();
        assert.deepEqual(seen, new Set(["data here", "lost here", "exited here", "ended here"]));
      }),
    );

    test(
      "many processes at once, each have their own output",
      runs(async (reactor) => {
        const processes = Array.from({ length: 20 }, (_, n) => shell(reactor, `echo ${n}`));
        for (const [n, process] of processes.entries()) assert.equal((await process.ended()).text(), `${n}\n`);
      }),
    );
  });

  describe(`${name}: processes, what they are given`, () => {
    test(
      "args, begin with the name of the program; without any it is the executable",
      runs(async (reactor) => {
        const named = new NotingProcess();
        reactor.spawnProcess(named, SHELL, [
          "my-name",
          "-c",
          'echo "$0"; tr "\\0" "|" </proc/$$/cmdline',
          "$0",
          "a b",
          "",
        ]);
        await named.ended();
        assert.match(named.text(), /^\$0\nmy-name\|-c\|.*\|\$0\|a b\|\|$/);
        const nameless = new NotingProcess();
        reactor.spawnProcess(nameless, "/bin/pwd", [], { path: folder });
        assert.equal((await nameless.ended()).text(), `${folder}\n`);
      }),
    );

    test(
      "env, is empty by default, what is given, or ours",
      runs(async (reactor) => {
        const environment = async (env?: Record<string, string> | null): Promise<string[]> => {
          const process = new NotingProcess();
          reactor.spawnProcess(process, "/usr/bin/env", ["env"], env === undefined ? {} : { env });
          const lines = (await process.ended()).text().trim().split("\n");
          // Node hands this one down to measure coverage.
          return lines.filter((line) => line !== "" && !line.startsWith("NODE_V8_COVERAGE="));
        };
        assert.deepEqual(await environment(), []);
        assert.deepEqual(await environment({ A: "1", B: "x=y" }), ["A=1", "B=x=y"]);
        assert.ok((await environment(null)).includes(`PATH=${process.env["PATH"]}`));
      }),
    );

    test(
      "an executable without a folder, is looked for in the PATH",
      runs(async (reactor) => {
        const process = new NotingProcess();
        reactor.spawnProcess(process, "echo", ["echo", "found"], { env: { PATH: "/bin:/usr/bin" } });
        assert.equal((await process.ended()).text(), "found\n");
      }),
    );

    test(
      "uid and gid, are those of the child",
      { skip: process.getuid?.() !== 0 && "only root may become others" },
      runs(async (reactor) => {
        const process = await shell(reactor, "id -u; id -g", { uid: 65_534, gid: 65_533 }).ended();
        assert.equal(process.text(), "65534\n65533\n");
      }),
    );

    test(
      "childFDs, go in both directions and have any number",
      runs(async (reactor) => {
        const process = shell(reactor, "read line <&3; echo $line >&4; read line <&5; echo $line >&7", {
          childFDs: { 3: "w", 4: "r", 5: "w", 7: "r" },
        });
        process.transport.writeToChild(3, "to three\n");
        await process.says("to three\n", 4);
        process.transport.writeToChild(5, Buffer.from("to five\n"));
        await process.ended();
        assert.equal(process.text(7), "to five\n");
        assert.deepEqual(process.events.slice(1, -1).sort(), ["exited", "lost 3", "lost 4", "lost 5", "lost 7"]);
      }),
    );

    test(
      "childFDs with a number, hand a descriptor of ours down",
      runs(async (reactor) => {
        const path = join(folder, "output");
        const fd = openSync(path, "w");
        const process = shell(reactor, "echo into the file; echo and the pipe >&2; exit 1", {
          childFDs: { 1: fd, 2: "r" },
        });
        closeSync(fd);
        await process.ended();
        assert.equal(readFileSync(path, "utf8"), "into the file\n");
        assert.equal(process.text(2), "and the pipe\n");
        assert.deepEqual(process.events.slice(1, -1).sort(), ["exited", "lost 2"]);
      }),
    );

    test(
      "a child without descriptors, needs no protocol, and is reaped",
      runs(async (reactor) => {
        const path = join(folder, "alone");
        const fd = openSync(path, "w");
        const transport = reactor.spawnProcess(null, SHELL, ["sh", "-c", "echo alone"], { childFDs: { 1: fd } });
        closeSync(fd);
        await until(() => transport.pid === null, "the exit");
        assert.equal(readFileSync(path, "utf8"), "alone\n");
      }),
    );

    test(
      "a child, inherits no other descriptor of ours",
      { skip: process.platform !== "linux" && "descriptors are listed in /proc" },
      runs(async (reactor) => {
        const inherited = async (): Promise<string[]> => {
          const process = new NotingProcess();
          reactor.spawnProcess(process, "/bin/ls", ["ls", "/proc/self/fd"], { childFDs: { 1: "r", 5: "w" } });
          return (await process.ended()).text().trim().split("\n");
        };
        // We may have inherited some ourselves.
        const before = await inherited();
        assert.ok(before.includes("5"));
        const port = await reactor.listenTCP(0, new SilentFactory(), { interface: "127.0.0.1" }).whenListening();
        const other = shell(reactor, "read line");
        assert.deepEqual(await inherited(), before);
        other.transport.closeStdin();
        await other.ended();
        await port.stopListening();
      }),
    );
  });

  describe(`${name}: processes, their streams`, () => {
    test(
      "write, writeSequence and closeStdin, send everything in order before the end",
      runs(async (reactor) => {
        const process = shell(reactor, "cat");
        const { transport } = process;
        transport.write("a");
        transport.writeSequence(["b", Buffer.from("c")]);
        transport.write("é".repeat(MEGABYTE));
        transport.closeStdin();
        transport.write("too late");
        await process.ended();
        assert.equal(process.text(), `abc${"é".repeat(MEGABYTE)}`);
      }),
    );

    test(
      "loseConnection, closes the three, and a child that reads comes to its end",
      runs(async (reactor) => {
        const process = shell(reactor, "cat; exit 5");
        process.transport.loseConnection();
        await process.ended();
        assert.deepEqual(process.events.slice(1, -1).sort(), ["exited", "lost 0", "lost 1", "lost 2"]);
        assert.equal(process.end.exitCode, 5);
      }),
    );

    test(
      "closeStdout, ends what writes there",
      runs(async (reactor) => {
        const process = spawned(reactor, new NotingProcess(), "exec yes");
        await process.says("y\n");
        process.transport.closeStdout();
        await process.ended();
        assert.ok(process.end instanceof ProcessTerminated);
      }),
    );

    test(
      "closeChildFD, closes any descriptor, once, and ignores what is closed or was never there",
      runs(async (reactor) => {
        const process = shell(reactor, "cat <&3", { childFDs: { 1: "r", 3: "w" } });
        process.transport.writeToChild(3, "all of it");
        for (const fd of [3, 3, 9]) process.transport.closeChildFD(fd);
        await process.ended();
        process.transport.closeChildFD(3);
        assert.equal(process.text(), "all of it");
        assert.equal(process.events.filter((event) => event === "lost 3").length, 1);
      }),
    );

    test(
      "writeToChild, refuses descriptors that are not written to; write without standard input does nothing",
      runs(async (reactor) => {
        const process = shell(reactor, "true", { childFDs: { 1: "r" } });
        assert.throws(
          () => process.transport.writeToChild(1, "x"),
          /descriptor 1: it is "r" in childFDs, expected "w"/,
        );
        assert.throws(() => process.transport.writeToChild(0, "x"), /descriptor 0: it is undefined in childFDs/);
        process.transport.write("nobody");
        process.transport.writeSequence(["no", "body"]);
        process.transport.unregisterProducer();
        await process.ended();
        assert.throws(() => process.transport.writeToChild(1, "x"), TypeError);
      }),
    );

    test(
      "pauseProducing, holds the child, however much it has to say; resumeProducing lets it go on",
      runs(async (reactor) => {
        const process = shell(reactor, "head -c 8388608 /dev/zero; echo done >&2");
        const { transport } = process;
        transport.pauseProducing();
        for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(process.received.get(1) ?? [], []);
        assert.equal(process.exitedWith, undefined, "it cannot write on");
        transport.resumeProducing();
        await process.ended();
        assert.equal(Buffer.concat(process.received.get(1)!).length, 8 * MEGABYTE);
        assert.equal(process.text(2), "done\n");
      }),
    );

    test(
      "pauseProducing, holds also what a child left behind that has exited",
      runs(async (reactor) => {
        const process = shell(reactor, "echo left behind");
        process.transport.pauseProducing();
        await until(() => process.exitedWith !== undefined, "the exit");
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
        assert.ok(!process.events.includes("lost 1") && !process.events.includes("ended"), process.events.join());
        assert.equal(process.text(), "");
        process.transport.resumeProducing();
        assert.equal((await process.ended()).text(), "left behind\n");
      }),
    );

    test(
      "registerProducer, pauses a producer that is faster than the child, and sends everything",
      runs(async (reactor) => {
        const process = shell(reactor, "read line <&3; wc -c", { childFDs: { 0: "w", 1: "r", 3: "w" } });
        const producer = new Pushing(process, 4 * MEGABYTE);
        process.transport.registerProducer(producer, true);
        producer.resumeProducing();
        await until(() => producer.paused > 0, "the producer to be paused");
        assert.ok(producer.left > 0, "it did not send everything");
        process.transport.closeChildFD(3);
        await process.ended();
        assert.equal(Number(process.text()), 4 * MEGABYTE);
      }),
    );

    test(
      "registerProducer, stops a producer when the child closes its input, and at once where there is none",
      runs(async (reactor) => {
        const process = shell(reactor, "read line; exec <&-; read line <&3", { childFDs: { 0: "w", 3: "w" } });
        const producer = new Pushing(process, Infinity);
        process.transport.registerProducer(producer, true);
        process.transport.write("\n");
        await until(() => producer.stopped, "the producer to be stopped");
        const late = new Pushing(process, 1);
        process.transport.registerProducer(late, true);
        assert.equal(late.stopped, true);
        process.transport.closeChildFD(3);
        await process.ended();
      }),
    );

    test(
      "a pull producer, is asked for each piece",
      runs(async (reactor) => {
        const process = shell(reactor, "cat");
        const pieces = ["one ", "two ", "three"];
        process.transport.registerProducer(
          {
            resumeProducing() {
              const piece = pieces.shift();
              if (piece !== undefined) return process.transport.write(piece);
              process.transport.unregisterProducer();
              return process.transport.closeStdin();
            },
            stopProducing() {},
          },
          false,
        );
        assert.equal((await process.ended()).text(), "one two three");
      }),
    );

    test(
      "the transport, knows its ends, and how to be half closed",
      runs(async (reactor) => {
        const process = shell(reactor, "cat; echo end");
        const { transport } = process;
        assert.equal(String(transport.getPeer()), 'ProcessAddress("/bin/sh")');
        assert.ok(transport.getHost().equals(transport.getPeer()));
        assert.equal(transport.disconnecting, false);
        transport.loseWriteConnection();
        assert.equal(transport.disconnecting, true);
        assert.equal((await process.ended()).text(), "end\n");
        assert.equal(transport.disconnecting, false);
        const other = shell(reactor, "cat");
        other.transport.stopProducing();
        await other.ended();
      }),
    );
  });

  describe(`${name}: processes, signals`, () => {
    for (const [signal, number] of [
      ["TERM", 15],
      ["SIGINT", 2],
      [9, 9],
    ] as const) {
      test(
        `signalProcess ${signal}, ends the process by it`,
        runs(async (reactor) => {
          const process = spawned(reactor, new NotingProcess(), "echo ready; exec sleep 1000");
          await process.says("ready");
          process.transport.signalProcess(signal);
          const { end } = await process.ended();
          assert.ok(end instanceof ProcessTerminated);
          assert.deepEqual([end.exitCode, end.signal, end.status], [null, number, number]);
          assert.equal(end.message, `The process ended by signal ${number}`);
          assert.throws(() => process.transport.signalProcess(signal), ProcessExitedAlready);
        }),
      );
    }

    test(
      "a child that ignores SIGTERM, goes on until SIGKILL",
      runs(async (reactor) => {
        const process = shell(reactor, "trap '' TERM; echo ready; read line; echo here; read line");
        await process.says("ready");
        process.transport.signalProcess("TERM");
        process.transport.write("\n");
        await process.says("here");
        process.transport.signalProcess("KILL");
        assert.equal((await process.ended()).end.signal, 9);
      }),
    );

    test(
      "signalProcess, refuses what is no signal, and sends nothing",
      runs(async (reactor) => {
        const process = shell(reactor, "read line");
        assert.throws(() => process.transport.signalProcess("NONE"), TypeError);
        assert.throws(() => process.transport.signalProcess(65), RangeError);
        process.transport.signalProcess(0);
        process.transport.closeStdin();
        assert.equal((await process.ended()).end.signal, null);
      }),
    );

    test(
      "abortConnection, kills the process and closes everything",
      runs(async (reactor) => {
        // The grandchild holds the output.
        const process = shell(reactor, "sleep 1000 & echo $!; wait");
        await process.says("\n");
        const grandchild = Number(process.text());
        process.transport.abortConnection();
        assert.equal((await process.ended()).end.signal, 9);
        process.transport.abortConnection();
        globalThis.process.kill(grandchild, "SIGKILL");
      }),
    );
  });

  if (process.platform === "linux") {
    test(
      `${name}: processes, leave no descriptors`,
      runs(async (reactor) => {
        await shell(reactor, "true").ended();
        const before = readdirSync("/proc/self/fd").length;
        for (let n = 0; n < 5; n++) {
          await shell(reactor, "echo out; echo err >&2").ended();
          const missing = new NotingProcess();
          reactor.spawnProcess(missing, "/no/such/program");
          await missing.ended();
        }
        await until(() => readdirSync("/proc/self/fd").length <= before, "the descriptors to be closed");
      }),
    );
  }
}

class SilentFactory {
  buildProtocol(): null {
    return null;
  }
  doStart(): void {}
  doStop(): void {}
}

/** Writes as much as it may. */
class Pushing implements PushProducer {
  readonly #process: ProcessProtocol;
  #producing = false;
  left: number;
  paused = 0;
  stopped = false;

  constructor(process: ProcessProtocol, size: number) {
    this.#process = process;
    this.left = size;
  }

  pauseProducing(): void {
    this.paused++;
    this.#producing = false;
  }

  resumeProducing(): void {
    this.#producing = true;
    while (this.#producing && this.left > 0) {
      const size = Math.min(this.left, 16_384);
      this.left -= size;
      this.#process.transport.write(Buffer.alloc(size));
    }
    if (this.left > 0) return;
    this.#process.transport.unregisterProducer();
    this.#process.transport.closeStdin();
  }

  stopProducing(): void {
    this.stopped = true;
  }
}
