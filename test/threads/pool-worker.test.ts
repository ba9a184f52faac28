import assert from "node:assert/strict";
import { BlockList } from "node:net";
import { test } from "node:test";
import type { Failure } from "../../src/deferred/failure.ts";
import { ThreadDataError } from "../../src/threads/errors.ts";
import type { WorkerExitedError } from "../../src/threads/errors.ts";
import { PoolWorker } from "../../src/threads/pool-worker.ts";
import { ThreadJob } from "../../src/threads/thread-job.ts";
import { until } from "../conformance/running.ts";

interface Owner {
  readonly told: unknown[];
  readonly worker: PoolWorker;
}

function withOwner(): Owner {
  const told: unknown[] = [];
  // The threads are not held by anything: the test waits for what they say.
  const worker = new PoolWorker("test", {
    workerFree: () => void told.push("free"),
    workerExited: (_, job, error: WorkerExitedError) => void told.push("exited", job?.name, error.exitCode),
  });
  return { told, worker };
}

function makeJob(told: unknown[], f: unknown, ...args: unknown[]): ThreadJob {
  const onResult = (success: boolean, result: unknown): void => void told.push(success, result);
  return new ThreadJob({ calls: [[f, ...args]], onResult }, undefined);
}

test("PoolWorker, does a job and says that it is free before it tells the result", async () => {
  const { told, worker } = withOwner();
  const work = makeJob(told, (n: number) => n + 1, 1);
  worker.begin(work);
  assert.deepEqual([worker.job, worker.proven], [work, false]);
  await until(() => told.length === 3, "the result");
  assert.deepEqual(told, ["free", true, 2]);
  assert.deepEqual([worker.job, worker.proven, worker.ending, worker.lost], [undefined, true, false, false]);
  worker.leave();
  assert.equal(worker.ending, true);
  await until(() => told.length === 6, "the exit");
  assert.deepEqual([told.slice(3), worker.lost], [["exited", undefined, 0], false]);
});

test("PoolWorker, refuses arguments that cannot be copied, and is as before", async () => {
  const { told, worker } = withOwner();
  assert.throws(() => worker.begin(makeJob(told, (f: unknown) => f, Symbol("no"))), ThreadDataError);
  assert.equal(worker.job, undefined);
  worker.begin(makeJob(told, (f: unknown) => f, "yes"));
  await until(() => told.length === 3, "the result");
  assert.deepEqual(told, ["free", true, "yes"]);
  worker.terminate();
  await until(() => told.length === 6, "the exit");
});

test("PoolWorker, terminated, gives its job back and tells nobody of it", async () => {
  const { told, worker } = withOwner();
  const endless = makeJob(told, () => {
    for (;;);
  });
  worker.begin(endless);
  assert.equal(worker.terminate(), endless);
  assert.equal(worker.terminate(), undefined);
  await until(() => told.length === 3, "the exit");
  assert.deepEqual([told.slice(0, 2), worker.lost], [["exited", undefined], false]);
});

test("PoolWorker, that exits, has told what it sent before", async () => {
  const { told, worker } = withOwner();
  worker.begin(
    makeJob(told, () => {
      queueMicrotask(() => process.exit(4));
      return "just in time";
    }),
  );
  await until(() => told.includes("exited"), "the exit");
  assert.deepEqual([told, worker.lost], [["free", true, "just in time", "exited", undefined, 4], true]);
});

/** Has Node fail where it reads an object of this class, which it does when it comes from another thread. */
function breakReading(prototype: object): () => void {
  const [symbol] = Object.getOwnPropertySymbols(prototype).filter(({ description }) =>
    /deserialize/.test(description ?? ""),
  );
  const usual = Object.getOwnPropertyDescriptor(prototype, symbol!)!;
  const broken = (): never => {
    throw new Error("it cannot be read");
  };
  Object.defineProperty(prototype, symbol!, { ...usual, value: broken });
  return () => void Object.defineProperty(prototype, symbol!, usual);
}

test("PoolWorker, a result that cannot be read here, fails the job with ThreadDataError, and the thread ends", async () => {
  const { told, worker } = withOwner();
  const mend = breakReading(BlockList.prototype);
  try {
    worker.begin(
      makeJob(told, async () => {
        const net = await import("node:net");
        return new net.BlockList();
      }),
    );
    await until(() => told.length === 5, "the failure and the exit");
  } finally {
    mend();
  }
  const { value } = told[4] as Failure<Error>;
  assert.ok(value instanceof ThreadDataError);
  assert.match(value.message, /^Cannot read what .* sent from its thread: it cannot be read, expected what structured/);
  assert.deepEqual([told[0], told[3], worker.lost], ["exited", false, true]);
});

test("PoolWorker, arguments that cannot be read there, fail the job with ThreadDataError, and the thread goes on", async () => {
  const { told, worker } = withOwner();
  worker.begin(
    makeJob(told, async () => {
      const net = await import("node:net");
      const { prototype } = net.BlockList;
      const symbols = Object.getOwnPropertySymbols(prototype);
      const symbol = symbols.find(({ description }) => description?.includes("deserialize"))!;
      Object.defineProperty(prototype, symbol, {
        value: () => {
          throw new Error("it cannot be read");
        },
      });
    }),
  );
  await until(() => told.length === 3, "the preparation");
  const identity = (f: unknown): string => typeof f;
  worker.begin(makeJob(told, identity, new BlockList()));
  await until(() => told.length === 6, "the failure");
  const { value } = told[5] as Failure<Error>;
  assert.ok(value instanceof ThreadDataError);
  assert.match(value.message, /^Cannot read the arguments in the thread: it cannot be read, expected what structured/);
  worker.begin(makeJob(told, identity, "text"));
  await until(() => told.length === 9, "the next one");
  assert.deepEqual(told.slice(3, 5).concat(told.slice(6)), ["free", false, "free", true, "string"]);
  worker.terminate();
  await until(() => told.length === 12, "the exit");
});
