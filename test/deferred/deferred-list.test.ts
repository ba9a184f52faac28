import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { DeferredList, FAILURE, SUCCESS, gatherResults } from "../../src/deferred/deferred-list.ts";
import { CancelledError, FirstError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { assertNoResult, endOfTurn, failureResultOf, resultsOf, successResultOf } from "./results.ts";
// oxlint-disable-next-line import/no-unassigned-import -- for its effect
import "../support/quiet-logs.ts";

class NotFound extends Error {}

function pending<T>(count: number, canceller?: (d: Deferred<T>) => void): Deferred<T>[] {
  return Array.from({ length: count }, () => new Deferred<T>(canceller));
}

test("DeferredList, fires when all have, with an outcome for each, in the order of the list", () => {
  const [a, b, c] = [new Deferred<number>(), new Deferred<string>(), new Deferred<boolean>()];
  const list = new DeferredList([a, b, c]);
  c.callback(true);
  const error = new NotFound("gone");
  b.errback(error);
  assertNoResult(list);
  a.callback(1);
  const outcomes = successResultOf(list);
  const [, failure] = outcomes[1];
  assert.ok(failure instanceof Failure);
  assert.equal(failure.value, error);
  assert.deepEqual(outcomes, [
    [true, 1],
    [false, failure],
    [true, true],
  ]);
  resultsOf(b);
});

test("DeferredList, fires at once, where all have fired before, and where the list is empty", () => {
  assert.deepEqual(successResultOf(new DeferredList([succeed(1), succeed("x")])), [
    [SUCCESS, 1],
    [SUCCESS, "x"],
  ]);
  assert.deepEqual(successResultOf(new DeferredList([])), []);
  assert.deepEqual(successResultOf(new DeferredList([], { fireOnOneErrback: true })), []);
});

test("DeferredList, takes promises and plain values as well", async () => {
  assert.deepEqual(await new DeferredList([Promise.resolve(1), 2, succeed(3)]), [
    [true, 1],
    [true, 2],
    [true, 3],
  ]);
});

test("DeferredList, leaves the results with the Deferreds", () => {
  const parts = [succeed(1), fail(new NotFound("gone"))] as const;
  const list = new DeferredList(parts);
  assert.equal(successResultOf(parts[0]), 1);
  failureResultOf(parts[1], NotFound);
  assert.equal(successResultOf(list).length, 2);
});

test("DeferredList, with consumeErrors, leaves undefined in place of the failures", async () => {
  const logs = capturedLogs();
  const failed = fail(new NotFound("gone"));
  const list = new DeferredList([failed], { consumeErrors: true });
  await endOfTurn();
  logs[Symbol.dispose]();
  assert.deepEqual([...logs], []);
  assert.equal(successResultOf(failed), undefined);
  assert.equal(successResultOf(list)[0][0], FAILURE);
});

test("DeferredList, with fireOnOneCallback, fires with the first result and its index, and never for an empty list", () => {
  const [a, b, c] = pending<string>(3) as [Deferred<string>, Deferred<string>, Deferred<string>];
  const list = new DeferredList([a, b, c], { fireOnOneCallback: true, consumeErrors: true });
  a.errback(new NotFound("gone"));
  assertNoResult(list);
  c.callback("third");
  assert.deepEqual(successResultOf(list), ["third", 2]);
  b.callback("too late");
  assertNoResult(new DeferredList([], { fireOnOneCallback: true }));
});

test("DeferredList, with fireOnOneCallback, has all outcomes, where all have failed", () => {
  const list = new DeferredList([fail(new NotFound("a")), fail(new NotFound("b"))], {
    fireOnOneCallback: true,
    consumeErrors: true,
  });
  const outcomes = successResultOf(list) as unknown as [boolean, Failure][];
  assert.deepEqual(
    outcomes.map(([ok, failure]) => [ok, failure.getErrorMessage()]),
    [
      [false, "a"],
      [false, "b"],
    ],
  );
});

test("DeferredList, with fireOnOneErrback, fails with the first failure and its index", () => {
  const parts = pending<string>(3);
  const list = new DeferredList(parts, { fireOnOneErrback: true, consumeErrors: true });
  parts[0]?.callback("first");
  const error = new NotFound("gone");
  parts[2]?.errback(error);
  parts[1]?.errback(new NotFound("too late"));
  const first = failureResultOf(list, FirstError);
  assert.deepEqual([first.index, first.subFailure.value, first.cause], [2, error, error]);
});

test("DeferredList, with fireOnOneErrback, fires with all outcomes, where none fails", () => {
  const list = new DeferredList([succeed(1)], { fireOnOneErrback: true });
  assert.deepEqual(successResultOf(list), [[true, 1]]);
});

test("DeferredList, keeps its options, whatever becomes of the object they came in", () => {
  const options = { fireOnOneCallback: false };
  const d = new Deferred<number>();
  const list = new DeferredList([d, new Deferred<number>()], options);
  options.fireOnOneCallback = true;
  d.callback(1);
  assertNoResult(list);
});

test("cancel, of a DeferredList, cancels every Deferred in it, with the cause", () => {
  const causes: unknown[] = [];
  const parts = [0, 1].map(() => new Deferred<string>((_, cause) => void causes.push(cause)));
  const list = new DeferredList(parts, { consumeErrors: true });
  const { signal } = list;
  list.cancel("enough");
  assert.deepEqual(causes, ["enough", "enough"]);
  assert.equal(signal.aborted, true);
  assert.deepEqual(
    successResultOf(list).map(([ok]) => ok),
    [false, false],
  );
});

test("cancel, of a DeferredList, gives what the cancellers gave", () => {
  const parts = pending<string>(2, (d) => d.callback("half"));
  const list = new DeferredList(parts);
  list.cancel();
  assert.deepEqual(successResultOf(list), [
    [true, "half"],
    [true, "half"],
  ]);
  const first = new DeferredList(
    pending<string>(2, (d) => d.callback("half")),
    { fireOnOneCallback: true },
  );
  first.cancel();
  assert.deepEqual(successResultOf(first), ["half", 0]);
  const failing = new DeferredList(pending<string>(2), { fireOnOneErrback: true, consumeErrors: true });
  failing.cancel();
  const error = failureResultOf(failing, FirstError);
  assert.equal(error.index, 0);
  assert.ok(error.cause instanceof CancelledError);
});

test("cancel, of a DeferredList that has fired, does nothing to the others in it", () => {
  for (const options of [{ fireOnOneCallback: true }, { fireOnOneErrback: true, consumeErrors: true }]) {
    const [a, b] = pending<string>(2) as [Deferred<string>, Deferred<string>];
    const list = new DeferredList([a, b], options);
    if (options.fireOnOneCallback === true) a.callback("done");
    else a.errback(new NotFound("gone"));
    list.cancel();
    assert.equal(b.called, false);
    resultsOf(list);
  }
});

test("cancel, of a DeferredList, goes on with the others, where a canceller throws, and logs that", () => {
  const error = new NotFound("nothing to stop");
  const bad = new Deferred<string>(() => {
    throw error;
  });
  const good = new Deferred<string>();
  const list = new DeferredList([bad, good], { consumeErrors: true });
  const logs = capturedLogs();
  list.cancel();
  logs[Symbol.dispose]();
  assert.deepEqual(
    logs.map((event) => event.logFailure?.value),
    [error],
  );
  assert.equal(good.called, true);
  assertNoResult(list);
  bad.callback("in the end");
  assert.deepEqual(successResultOf(list)[0], [true, "in the end"]);
});

test("cancel, of a DeferredList in which one waits for the list itself, goes through it once", () => {
  let cancelled = 0;
  const waits = new Deferred<unknown>();
  const other = new Deferred<string>(() => void cancelled++);
  const list: Deferred<unknown> = new DeferredList([waits, other], { consumeErrors: true });
  waits.addCallback(() => list);
  waits.callback("go");
  const logs = capturedLogs();
  for (let round = 0; round < 2; round++) list.cancel();
  logs[Symbol.dispose]();
  assert.equal(cancelled, 1);
  assert.deepEqual([...logs], []);
});

test("gatherResults, gives the results in the order of the list", async () => {
  const d = new Deferred<string>();
  const gathered = gatherResults([d, succeed(2), Promise.resolve(true), 4]);
  d.callback("one");
  assertNoResult(gathered);
  assert.deepEqual(await gathered, ["one", 2, true, 4]);
  assert.deepEqual(successResultOf(gatherResults([])), []);
});

test("gatherResults, fails with FirstError as soon as one fails, and leaves the failure with its Deferred", () => {
  const [a, b] = pending<string>(2) as [Deferred<string>, Deferred<string>];
  const gathered = gatherResults([a, b]);
  b.errback(new NotFound("gone"));
  const error = failureResultOf(gathered, FirstError);
  assert.equal(error.message, "Deferred 1 of the list failed: gone");
  assert.equal(error.subFailure.check(NotFound), NotFound);
  failureResultOf(b, NotFound);
  assert.equal(a.called, false);
});

test("gatherResults, with consumeErrors, leaves undefined in place of the failures", () => {
  const failed = fail(new NotFound("gone"));
  failureResultOf(gatherResults([failed], { consumeErrors: true }), FirstError);
  assert.equal(successResultOf(failed), undefined);
});

test("gatherResults, cancels them all, when it is cancelled", () => {
  const parts = pending<string>(2);
  const gathered = gatherResults(parts, { consumeErrors: true });
  gathered.cancel();
  assert.ok(failureResultOf(gathered, FirstError).subFailure.check(CancelledError));
  assert.deepEqual(
    parts.map((d) => d.called),
    [true, true],
  );
  const halves = gatherResults(pending<string>(2, (d) => d.callback("half")));
  halves.cancel();
  assert.deepEqual(successResultOf(halves), ["half", "half"]);
});
