import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancelledError, TimeoutError } from "../../src/deferred/errors.ts";
import {
  OutputTooLongError,
  ProcessNotStarted,
  ProcessSignalled,
  ProcessTerminated,
  UnexpectedErrorOutput,
} from "../../src/process/errors.ts";
import { getProcessOutput, getProcessOutputAndValue, getProcessValue } from "../../src/process/get-process-output.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { exists } from "../conformance/process-fixtures.ts";
import { running, until } from "../conformance/running.ts";
import "../support/quiet-logs.ts";

const SHELL = "/bin/sh";
const env = null;

function runs(body: (reactor: Reactor) => Promise<void>): () => Promise<void> {
  return () => running(() => new NodeReactor(), body);
}

async function failureOf<E>(result: PromiseLike<unknown>, Kind: new (...args: never[]) => E): Promise<E> {
  try {
    await result;
  } catch (error) {
    assert.ok(error instanceof Kind, String(error));
    return error;
  }
  throw new Error("It did not fail");
}

describe("getProcessOutput", () => {
  test(
    "answers the output, whatever the exit code",
    runs(async (reactor) => {
      const output = await getProcessOutput(SHELL, ["-c", "echo $0 $A; pwd; exit 3"], {
        reactor,
        env: { A: "1" },
        path: "/",
      });
      assert.equal(output.toString(), `${SHELL} 1\n/\n`);
    }),
  );

  test(
    "answers an output of many pieces",
    runs(async (reactor) => {
      const output = await getProcessOutput("/usr/bin/head", ["-c", "3000000", "/dev/zero"], { reactor });
      assert.equal(output.length, 3_000_000);
    }),
  );

  test(
    "fails over standard error, and tells the end; with errortoo that is output as well",
    runs(async (reactor) => {
      const args = ["-c", "echo err >&2; cat; echo more >&2; exit 3"];
      const error = await failureOf(getProcessOutput(SHELL, args, { reactor, env }), UnexpectedErrorOutput);
      assert.match(error.text.toString(), /^err\n/);
      assert.ok((await error.processEnded) instanceof ProcessTerminated);
      const output = await getProcessOutput(SHELL, args, { reactor, env, errortoo: true });
      assert.equal(output.toString(), "err\nmore\n");
    }),
  );

  test(
    "fails over too much output, and kills the program",
    runs(async (reactor) => {
      for (const args of [
        ["-c", "exec yes"],
        ["-c", "exec yes >&2"],
      ]) {
        const options = { reactor, env, errortoo: true, maxOutput: 100_000 };
        const error = await failureOf(getProcessOutput(SHELL, args, options), OutputTooLongError);
        assert.match(
          error.message,
          /^Cannot keep the output of a process: it wrote \d+ bytes, expected 100000 at most$/,
        );
      }
      const exact = await getProcessOutput(SHELL, ["-c", "printf 12345"], { reactor, maxOutput: 5 });
      assert.equal(exact.toString(), "12345");
    }),
  );

  test(
    "fails where the program is missing",
    runs(async (reactor) => {
      const error = await failureOf(getProcessOutput("/no/such/program", [], { reactor }), ProcessNotStarted);
      assert.equal(error.osError, "ENOENT");
    }),
  );

  test(
    "cancelling, kills the program, though it ignores SIGTERM",
    runs(async (reactor) => {
      const spawned: number[] = [];
      const noting = {
        spawnProcess: (...args: Parameters<Reactor["spawnProcess"]>): ReturnType<Reactor["spawnProcess"]> => {
          const transport = reactor.spawnProcess(...args);
          spawned.push(transport.pid!);
          return transport;
        },
      };
      const output = getProcessOutput(SHELL, ["-c", "trap '' TERM; exec sleep 1000"], { reactor: noting, env });
      const failed = failureOf(output, CancelledError);
      output.cancel();
      await failed;
      await until(() => !exists(spawned[0]!), "it to be reaped");
      const { connections } = reactor.statistics();
      assert.equal(connections, 0);
    }),
  );

  test(
    "a time limit, kills a program that closes its output and lives on",
    runs(async (reactor) => {
      const output = getProcessOutput(SHELL, ["-c", "exec >&- 2>&-; exec sleep 1000"], { reactor, env });
      output.addTimeout(0.02, reactor);
      await failureOf(output, TimeoutError);
      await until(() => reactor.statistics().connections === 0, "the descriptors to be closed");
    }),
  );

  test("refuses a limit that is none, and starts nothing", () => {
    const reactor = new MemoryReactor();
    for (const maxOutput of [-1, Number.NaN]) {
      assert.throws(() => getProcessOutput("/bin/true", [], { reactor, maxOutput }), RangeError);
    }
    assert.equal(reactor.spawnedProcesses.length, 0);
  });
});

describe("getProcessValue", () => {
  test(
    "answers the exit code, or null for a signal",
    runs(async (reactor) => {
      assert.equal(await getProcessValue("/bin/true", [], { reactor }), 0);
      assert.equal(await getProcessValue(SHELL, ["-c", "echo x; echo y >&2; exit 9"], { reactor }), 9);
      assert.equal(await getProcessValue(SHELL, ["-c", "kill -9 $$"], { reactor }), null);
      await failureOf(getProcessValue("/no/such/program", [], { reactor }), ProcessNotStarted);
    }),
  );
});

describe("getProcessOutputAndValue", () => {
  test(
    "answers both outputs and the exit code; the program reads stdinBytes",
    runs(async (reactor) => {
      const args = ["-c", "cat; echo err >&2; exit 5"];
      const [out, err, code] = await getProcessOutputAndValue(SHELL, args, { reactor, env, stdinBytes: "in" });
      assert.deepEqual([out.toString(), err.toString(), code], ["in", "err\n", 5]);
      const [nothing] = await getProcessOutputAndValue("/bin/cat", [], { reactor });
      assert.equal(nothing.length, 0);
    }),
  );

  test(
    "fails with what was written where a signal ended the program",
    runs(async (reactor) => {
      const args = ["-c", "echo out; echo err >&2; kill -15 $$"];
      const error = await failureOf(getProcessOutputAndValue(SHELL, args, { reactor, env }), ProcessSignalled);
      assert.deepEqual([error.out.toString(), error.err.toString(), error.signal], ["out\n", "err\n", 15]);
    }),
  );
});
