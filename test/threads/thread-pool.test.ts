import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancelledError } from "../../src/deferred/errors.ts";
import type { Failure } from "../../src/deferred/failure.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { eventAsText } from "../../src/logger/format-event.ts";
import { deferToThreadPool } from "../../src/threads/defer-to-thread.ts";
import { ThreadPoolStoppedError, WorkerExitedError } from "../../src/threads/errors.ts";
import { ThreadPool } from "../../src/threads/thread-pool.ts";
import { until } from "../conformance/running.ts";
import { rejects } from "./rejects.ts";
import { Program } from "../support/program.ts";
import "../support/quiet-logs.ts";

const REACTOR = { running: true };

async function using(pool: ThreadPool, body: () => Promise<void>): Promise<void> {
  pool.start();
  try {
    await body();
  } finally {
    await pool.stop();
  }
}

const endless = (): never => {
  for (;;);
};

describe("ThreadPool", () => {
  test("constructor, refuses sizes and times that are none", () => {
    assert.deepEqual([new ThreadPool().min, new ThreadPool().max, new ThreadPool().name], [5, 20, "pool"]);
    for (const make of [
      () => new ThreadPool(-1),
      () => new ThreadPool(1.5),
      () => new ThreadPool(3, 2),
      () => new ThreadPool(0, NaN),
      () => new ThreadPool(0, 1, { stopTimeout: -1 }),
      () => new ThreadPool(0, 1, { stopTimeout: "1" as never }),
    ]) {
      assert.throws(make, RangeError);
    }
  });

  test("start, makes as many threads as there are at least, and begins what waits", async () => {
    const pool = new ThreadPool(1, 2);
    const early = deferToThreadPool(REACTOR, pool, () => 1);
    assert.deepEqual([pool.workers, pool.backlog, pool.started], [0, 1, false]);
    pool.start();
    pool.start();
    assert.deepEqual([pool.workers, pool.backlog, pool.started], [1, 0, true]);
    assert.equal(await early, 1);
    await pool.stop();
    assert.deepEqual([pool.workers, pool.waiters, pool.started], [0, 0, false]);
  });

  test("start, after stop, works again, but not before that is done", async () => {
    const pool = new ThreadPool(0, 1);
    pool.start();
    await deferToThreadPool(REACTOR, pool, () => 1);
    const stopped = pool.stop();
    assert.throws(() => pool.start(), InvalidStateError);
    const again = pool.stop();
    await Promise.all([stopped, again]);
    await pool.stop();
    await using(pool, async () => {
      assert.equal(await deferToThreadPool(REACTOR, pool, () => 2), 2);
    });
  });

  test("adjustPoolsize, lets threads go when they have nothing to do, and makes those that are missing", async () => {
    const pool = new ThreadPool(0, 2);
    await using(pool, async () => {
      const name = (): Promise<number> => import("node:worker_threads").then(({ threadId }) => threadId);
      const both = [deferToThreadPool(REACTOR, pool, name), deferToThreadPool(REACTOR, pool, name)];
      assert.deepEqual([pool.workers, pool.waiters], [2, 0]);
      pool.adjustPoolsize(0, 1);
      assert.equal(pool.workers, 2, "both are busy");
      await Promise.all(both);
      assert.equal(pool.workers, 1);
      pool.adjustPoolsize(3, 4);
      assert.deepEqual([pool.workers, pool.waiters], [3, 3]);
      pool.adjustPoolsize(0, 2);
      assert.deepEqual([pool.workers, pool.waiters], [2, 2]);
      pool.adjustPoolsize(undefined, 0);
      const waits = deferToThreadPool(REACTOR, pool, () => "after all");
      assert.equal(pool.backlog, 1);
      pool.adjustPoolsize(undefined, 1);
      assert.equal(await waits, "after all");
      assert.throws(() => pool.adjustPoolsize(2), RangeError);
      assert.deepEqual([pool.min, pool.max], [0, 1]);
    });
  });

  test("callInThreadWithCallback, tells the result or the failure", async () => {
    const pool = new ThreadPool(0, 1);
    const told: unknown[] = [];
    const onResult = (success: boolean, result: unknown): void => void told.push(success, result);
    await using(pool, async () => {
      pool.callInThreadWithCallback(onResult, () => "good");
      pool.callInThreadWithCallback(onResult, () => JSON.parse("["));
      pool.callInThreadWithCallback(onResult, { module: "node:path", export: "basename" }, "/a/b");
      assert.throws(() => pool.callInThreadWithCallback(7 as never, () => 1), /Cannot tell the result to 7: expected/);
    });
    assert.deepEqual(
      told.filter((_, n) => n !== 3),
      [true, "good", false, true, "b"],
    );
    assert.ok((told[3] as Failure).value instanceof SyntaxError);
  });

  test("submit, of no calls at all, is done at once, and very many bad ones do not overflow the stack", async () => {
    const pool = new ThreadPool(0, 1);
    await using(pool, async () => {
      const told: unknown[] = [];
      pool.submit({ calls: [], onResult: (success, result) => told.push(success, result) });
      assert.deepEqual(told, [true, undefined]);
      let failed = 0;
      const last = deferToThreadPool(REACTOR, pool, () => 1);
      for (let n = 0; n < 2000; n++) {
        deferToThreadPool(REACTOR, pool, (f: unknown) => f, Symbol("no")).addErrback(() => failed++);
      }
      await last;
      assert.equal(failed, 2000);
    });
  });

  test("stop, waits for what runs and what is in line, then takes nothing more", async () => {
    const pool = new ThreadPool(0, 1);
    pool.start();
    const results: unknown[] = [];
    for (let n = 0; n < 3; n++)
      deferToThreadPool(REACTOR, pool, (m: number) => m, n).addCallback((m) => results.push(m));
    await pool.stop();
    assert.deepEqual(results, [0, 1, 2]);
    assert.throws(() => pool.callInThread(() => 1), ThreadPoolStoppedError);
    await rejects(
      deferToThreadPool(REACTOR, pool, () => 1),
      ThreadPoolStoppedError,
    );
  });

  test("stop, before start, fails what waits", async () => {
    const pool = new ThreadPool(0, 1);
    const waits = deferToThreadPool(REACTOR, pool, () => 1);
    const failed = rejects(waits, /^ThreadPoolStoppedError: Cannot begin anonymous in a thread/);
    await pool.stop();
    await failed;
  });

  test("stop, ends threads that do not return in time, and fails what they did and what waits", async () => {
    const pool = new ThreadPool(0, 1, { stopTimeout: 0.01 });
    pool.start();
    const runs = rejects(
      deferToThreadPool(REACTOR, pool, endless),
      /^ThreadPoolStoppedError: Cannot finish endless in a thread: the thread pool would not wait any longer/,
    );
    const waits = rejects(
      deferToThreadPool(REACTOR, pool, () => 1),
      ThreadPoolStoppedError,
    );
    await pool.stop();
    await Promise.all([runs, waits]);
    assert.equal(pool.workers, 0);
  });

  test("a thread that exits, is replaced for the least number once one has proven itself, and is logged where it did nothing", async () => {
    const pool = new ThreadPool(1, 1);
    const logs = capturedLogs();
    await using(pool, async () => {
      await rejects(
        deferToThreadPool(REACTOR, pool, () => process.exit(1)),
        WorkerExitedError,
      );
      assert.equal(pool.workers, 0, "it may be that all would end at once");
      await deferToThreadPool(REACTOR, pool, () => void setImmediate(() => process.exit(9)));
      await until(() => logs.length > 0, "the log");
      assert.equal(pool.workers, 1);
      assert.equal(await deferToThreadPool(REACTOR, pool, () => "again"), "again");
    });
    logs.stop();
    assert.match(eventAsText(logs[0]!), /A thread of the pool pool ended[^]*exited with code 9/);
  });

  test("many threads, cancelled, exited and stopped, leave nothing behind", async () => {
    const before = resources();
    for (let round = 0; round < 3; round++) {
      const pool = new ThreadPool(2, 4);
      await using(pool, async () => {
        const calls = [
          deferToThreadPool(REACTOR, pool, endless),
          deferToThreadPool(REACTOR, pool, () => process.exit(0)),
          deferToThreadPool(REACTOR, pool, () => 1),
        ];
        calls[0]!.cancel();
        await rejects(calls[0]!, CancelledError);
        await rejects(calls[1]!, WorkerExitedError);
        await calls[2];
      });
    }
    await until(() => resources() <= before, "the end of all resources");
  });

  test("a pool that waits does not keep the process, one at work does", async () => {
    const program = await Program.run("test/threads/idle-program");
    // Two threads have a call each: which of them starts first is not said.
    const lines = program.stdout
      .trimEnd()
      .split("\n")
      .toSorted((a, b) => a.length - b.length);
    assert.deepEqual([program.stderr, lines, program.process.exitCode], ["", ["42", "later"], 0]);
  });

  test("stop, lets the output of functions arrive, and does not wait for timers that they left", async () => {
    const program = await Program.run("test/threads/idle-program", ["leave"]);
    const lines = program.stdout.split("\n");
    assert.deepEqual([lines.length, lines.at(-2)], [502, "stopped"]);
    assert.match(lines[499] ?? "", /^line 499 /);
  });
});

/** How many ports, threads and timers there are. */
function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => /port|worker|timeout/i.test(name)).length;
}
