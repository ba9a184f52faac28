import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelAll } from "../../src/deferred/cancel-all.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { assertNoResult, resultsOf } from "./results.ts";
// oxlint-disable-next-line import/no-unassigned-import -- for its effect
import "../support/quiet-logs.ts";

test("cancelAll, cancels each with the cause, logs what a canceller throws, and goes on", () => {
  const causes: unknown[] = [];
  const error = new RangeError("nothing to stop");
  const good = (): Deferred<unknown> => new Deferred((_, cause) => void causes.push(cause));
  const bad = new Deferred<unknown>(() => {
    throw error;
  });
  const all = [good(), bad, good()];
  const logs = capturedLogs();
  cancelAll(all, "enough");
  logs[Symbol.dispose]();
  assert.deepEqual(causes, ["enough", "enough"]);
  assert.deepEqual(
    logs.map((event) => event.logFailure?.value),
    [error],
  );
  assertNoResult(bad);
  for (const d of all) resultsOf(d);
});
