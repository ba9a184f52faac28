/** What the main module of workers does with what pools send; results and errors are in the conformance suite. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deferToThreadPool } from "../../src/threads/defer-to-thread.ts";
import { ThreadPool } from "../../src/threads/thread-pool.ts";
import { rejects } from "./rejects.ts";

const REACTOR = { running: true };

async function withPool(body: (pool: ThreadPool) => Promise<void>): Promise<void> {
  const pool = new ThreadPool(0, 1);
  pool.start();
  try {
    await body(pool);
  } finally {
    await pool.stop();
  }
}

test("a worker, is told to forget where there are very many functions, and gets them again", async () => {
  await withPool(async (pool) => {
    const first = (): string => "first";
    assert.equal(await deferToThreadPool(REACTOR, pool, first), "first");
    const others = Array.from({ length: 1001 }, (_, n) =>
      deferToThreadPool<string>(REACTOR, pool, { module: `data:text/javascript,export default () => "${n}"` }),
    );
    assert.equal((await Promise.all(others))[1000], "1000");
    assert.equal(await deferToThreadPool(REACTOR, pool, first), "first");
  });
});

test("a worker, says again what a function that cannot be made lacks", async () => {
  await withPool(async (pool) => {
    const absent = { module: "node:os", export: "absent" };
    for (let n = 0; n < 2; n++) {
      await rejects(deferToThreadPool(REACTOR, pool, absent), /it is undefined, expected a function$/);
    }
  });
});

test("a worker, of a known function that throws or answers later, tells that", async () => {
  await withPool(async (pool) => {
    const throwing = (): never => {
      throw new RangeError("no");
    };
    const rejecting = async (): Promise<never> => {
      throw new RangeError("no");
    };
    for (let n = 0; n < 2; n++) {
      await rejects(deferToThreadPool(REACTOR, pool, throwing), RangeError);
      await rejects(deferToThreadPool(REACTOR, pool, rejecting), RangeError);
      assert.equal(await deferToThreadPool(REACTOR, pool, async (s: string) => s, "later"), "later");
      assert.equal(await deferToThreadPool(REACTOR, pool, (a: number, b: number) => a + b, 1, 2), 3);
    }
  });
});

test("a worker, leaves the port to its parent to the functions", async () => {
  await withPool(async (pool) => {
    const use = async (): Promise<boolean> => {
      const { parentPort } = await import("node:worker_threads");
      parentPort!.on("message", () => {});
      parentPort!.close();
      return true;
    };
    assert.equal(await deferToThreadPool(REACTOR, pool, use), true);
    assert.equal(await deferToThreadPool(REACTOR, pool, () => 1), 1);
  });
});
