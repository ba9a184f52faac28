import assert from "node:assert/strict";
import { test } from "node:test";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryThreadPool } from "../../src/testing/memory-thread-pool.ts";
import { ThreadFunctionError } from "../../src/threads/errors.ts";
import "../support/quiet-logs.ts";

test("MemoryThreadPool, performs what it is given in order, where the test is", () => {
  const pool = new MemoryThreadPool();
  const seen: unknown[] = [];
  pool.callInThread((n: number) => seen.push(n), 1);
  pool.callInThreadWithCallback(
    (success, result) => seen.push(success, result),
    (n: number) => n + 1,
    1,
  );
  pool.submit({
    calls: [
      [(n: number) => seen.push(n), 5],
      [(n: number) => seen.push(n), 6],
    ],
  });
  assert.deepEqual(seen, []);
  for (let n = 0; n < 3; n++) successResultOf(pool.perform());
  assert.deepEqual(seen, [1, true, 2, 5, 6]);
  assert.throws(() => pool.perform(), /Cannot perform a call: none waits/);
  pool.submit({ calls: [] });
  successResultOf(pool.perform());
});

test("MemoryThreadPool, calls what modules export", async () => {
  const pool = new MemoryThreadPool();
  const seen: unknown[] = [];
  const onResult = (success: boolean, result: unknown): void => void seen.push(success, result);
  pool.callInThreadWithCallback(onResult, { module: "node:path", export: "basename" }, "/a/b");
  pool.callInThreadWithCallback(onResult, { module: "data:text/javascript,export default () => 7" });
  await pool.perform();
  await pool.perform();
  assert.deepEqual(seen, [true, "b", true, 7]);
});

test("MemoryThreadPool, logs failures that nobody is told of, and tells the others", () => {
  const pool = new MemoryThreadPool();
  const logs = capturedLogs();
  const told: unknown[] = [];
  pool.callInThread(() => JSON.parse("["));
  pool.callInThreadWithCallback(
    (success) => told.push(success),
    () => JSON.parse("["),
  );
  void pool.perform();
  void pool.perform();
  logs.stop();
  assert.deepEqual(told, [false]);
  assert.deepEqual(
    logs.map(({ logFailure }) => logFailure?.value instanceof SyntaxError),
    [true],
  );
});

test("MemoryThreadPool, refuses what threads refuse, drops what is cancelled, and notes its size", () => {
  const pool = new MemoryThreadPool();
  assert.throws(() => pool.callInThread(Math.max), ThreadFunctionError);
  const call = pool.callInThread(() => 1);
  call.cancel();
  call.cancel();
  assert.deepEqual(pool.requests, []);
  pool.adjustPoolsize(1, 3);
  pool.adjustPoolsize(undefined, 4);
  pool.adjustPoolsize(2);
  assert.deepEqual([pool.min, pool.max], [2, 4]);
});
