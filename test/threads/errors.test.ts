import assert from "node:assert/strict";
import { test } from "node:test";
import { HawserError, InvalidStateError } from "../../src/errors.ts";
import {
  ThreadDataError,
  ThreadFunctionError,
  ThreadPoolStoppedError,
  WorkerExitedError,
} from "../../src/threads/errors.ts";

test("errors of threads, have names, codes and causes", () => {
  const cause = new Error("below");
  for (const [error, name, code] of [
    [new ThreadFunctionError("m", { cause }), "ThreadFunctionError", "ERR_THREAD_FUNCTION"],
    [new ThreadDataError("m", { cause }), "ThreadDataError", "ERR_THREAD_DATA"],
    [new WorkerExitedError("m", 3, { cause }), "WorkerExitedError", "ERR_WORKER_EXITED"],
    [new ThreadPoolStoppedError("m", { cause }), "ThreadPoolStoppedError", "ERR_THREAD_POOL_STOPPED"],
  ] as const) {
    assert.ok(error instanceof HawserError);
    assert.deepEqual([error.name, error.code, error.cause], [name, code, cause]);
  }
  assert.ok(new ThreadPoolStoppedError("m") instanceof InvalidStateError);
  assert.equal(new WorkerExitedError("m", 3).exitCode, 3);
});
