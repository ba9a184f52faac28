import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError, FailureGroup } from "../../src/deferred/errors.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { race } from "../../src/deferred/race.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { assertNoResult, endOfTurn, failureResultOf, successResultOf } from "./results.ts";
// oxlint-disable-next-line import/no-unassigned-import -- for its effect
import "../support/quiet-logs.ts";

class NotFound extends Error {}

test("race, fires with the index and the result of the first, and cancels the others", () => {
  const cancelled: number[] = [];
  const runners = [0, 1, 2].map((n) => new Deferred<string>(() => void cancelled.push(n)));
  const result = race(runners);
  assertNoResult(result);
  runners[1]?.callback("won");
  assert.deepEqual(successResultOf(result), [1, "won"]);
  assert.deepEqual(cancelled, [0, 2]);
});

test("race, takes the first of those that have a result already, and cancels one that it comes to later", () => {
  let cancelled = 0;
  const late = new Deferred<string>(() => void cancelled++);
  assert.deepEqual(successResultOf(race([fail(new NotFound("gone")), succeed("won"), succeed("too late"), late])), [
    1,
    "won",
  ]);
  assert.equal(cancelled, 1);
});

test("race, takes promises and any iterable", async () => {
  assert.deepEqual(await race([new Deferred<string>(), Promise.resolve(2)]), [1, 2]);
  assert.deepEqual(await race(new Set([succeed("only")])), [0, "only"]);
});

test("race, goes on, when one fails, and leaves no failure behind", async () => {
  const logs = capturedLogs();
  const [a, b] = [new Deferred<string>(), new Deferred<string>()];
  const result = race([a, b]);
  a.errback(new NotFound("gone"));
  assertNoResult(result);
  b.callback("won");
  assert.deepEqual(successResultOf(result), [1, "won"]);
  await endOfTurn();
  logs[Symbol.dispose]();
  assert.deepEqual([...logs], []);
});

test("race, fails with all failures, in the order of the list, when all have failed", () => {
  const [a, b] = [new Deferred<string>(), new Deferred<string>()];
  const result = race([a, b]);
  b.errback(new NotFound("b"));
  a.errback(new NotFound("a"));
  const { failures } = failureResultOf(result, FailureGroup);
  assert.deepEqual(
    failures.map((failure) => failure.getErrorMessage()),
    ["a", "b"],
  );
});

test("race, fails at once, where nobody runs", () => {
  assert.deepEqual(failureResultOf(race([]), FailureGroup).failures, []);
});

test("race, keeps its winner, where a canceller gives a result too", () => {
  const result = race([new Deferred<string>((d) => d.callback("second")), succeed("first")]);
  assert.deepEqual(successResultOf(result), [1, "first"]);
});

test("race, fires all the same, where a canceller throws, and logs that", () => {
  const error = new NotFound("nothing to stop");
  const bad = new Deferred<string>(() => {
    throw error;
  });
  const other = new Deferred<string>();
  const logs = capturedLogs();
  const result = race([bad, other, succeed("won")]);
  logs[Symbol.dispose]();
  assert.deepEqual(successResultOf(result), [2, "won"]);
  assert.equal(other.called, true);
  assert.deepEqual(
    logs.map((event) => event.logFailure?.value),
    [error],
  );
});

test("cancel, of a race, cancels all with the cause, and the race fails with their failures", () => {
  const causes: unknown[] = [];
  const runners = [0, 1].map(() => new Deferred<string>((_, cause) => void causes.push(cause)));
  const result = race(runners);
  result.cancel("enough");
  assert.deepEqual(causes, ["enough", "enough"]);
  const { failures } = failureResultOf(result, FailureGroup);
  assert.deepEqual(
    failures.map((failure) => failure.type),
    [CancelledError, CancelledError],
  );
});

test("cancel, of a race, has the result that a canceller gives", () => {
  const result = race([new Deferred<string>(), new Deferred<string>((d) => d.callback("half"))]);
  result.cancel();
  assert.deepEqual(successResultOf(result), [1, "half"]);
});
