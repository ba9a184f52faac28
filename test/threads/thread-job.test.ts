import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import { ThreadFunctionError } from "../../src/threads/errors.ts";
import { ThreadJob } from "../../src/threads/thread-job.ts";
import "../support/quiet-logs.ts";

function first(): void {}
function second(): void {}

test("ThreadJob, has definitions, a name and the reactor of the request, or of the pool", () => {
  const ofPool = { running: true };
  const own = { running: false };
  const job = new ThreadJob({ calls: [[first, 1, 2], [second]] }, ofPool);
  assert.deepEqual(
    job.calls.map(({ definition, args }) => [definition.name, ...args]),
    [["first", 1, 2], ["second"]],
  );
  assert.equal(job.name, "first, second");
  assert.equal(job.reactor, ofPool);
  assert.equal(new ThreadJob({ calls: [], reactor: own }, ofPool).reactor, own);
  assert.throws(() => new ThreadJob({ calls: [[Math.max]] }, ofPool), ThreadFunctionError);
});

test("ThreadJob, tells how it ended, or logs a failure that nobody wants to know", () => {
  const told: unknown[] = [];
  const onResult = (success: boolean, result: unknown): void => void told.push(success, result);
  const error = new Error("no");
  new ThreadJob({ calls: [[first]], onResult }, undefined).succeed(7);
  new ThreadJob({ calls: [[first]], onResult }, undefined).fail(error);
  assert.deepEqual(told, [true, 7, false, new Failure(error)]);
  const logs = capturedLogs();
  new ThreadJob({ calls: [[first]] }, undefined).succeed(7);
  assert.equal(logs.length, 0);
  new ThreadJob({ calls: [[first]] }, undefined).fail(error);
  const throwing = (): void => {
    throw new RangeError("in the callback");
  };
  new ThreadJob({ calls: [[second]], onResult: throwing }, undefined).succeed(7);
  logs.stop();
  assert.deepEqual(logs.map(formatEvent), [
    "The call of first in a thread failed",
    "The callback for the result of second threw an error",
  ]);
  assert.equal(logs[0]?.logFailure?.value, error);
});
