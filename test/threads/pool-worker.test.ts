import assert from "node:assert/strict";
import { test } from "node:test";
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
