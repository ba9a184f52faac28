/** `cancel`: the canceller, the late result that is suppressed, the way to the Deferred that is waited for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { DeferredList } from "../../src/deferred/deferred-list.ts";
import { AlreadyCalledError, CancelledError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { assertNoResult, failureResultOf, resultsOf, successResultOf } from "./results.ts";

class NotFound extends Error {}

test("cancel, fails a pending Deferred with CancelledError", () => {
  const d = new Deferred<string>();
  d.cancel();
  const error = failureResultOf(d, CancelledError);
  assert.equal(error.code, "ERR_CANCELLED");
  assert.equal(error.message, "The operation was cancelled");
  assert.ok(!("cause" in error));
});

test("cancel, keeps the cause that it is given", () => {
  const d = new Deferred<string>();
  d.cancel("the user went away");
  assert.equal(failureResultOf(d, CancelledError).cause, "the user went away");
});

for (const late of ["callback", "errback"] as const) {
  test(`cancel, without a canceller, makes one late ${late} be ignored, and the next an error`, () => {
    const d = new Deferred<unknown>();
    const results = resultsOf(d);
    d.cancel();
    d[late]("late");
    assert.equal(results.length, 1);
    assert.throws(() => d.callback(1), AlreadyCalledError);
    assert.throws(() => d.errback(1), AlreadyCalledError);
    d.cancel();
    assert.equal(results.length, 1);
  });
}

test("cancel, with a canceller, calls it once, with the Deferred and the cause, and ignores no late result", () => {
  const calls: unknown[][] = [];
  const d = new Deferred<unknown>((...args) => void calls.push(args));
  const results = resultsOf(d);
  d.cancel("cause");
  d.cancel("again");
  assert.deepEqual(calls, [[d, "cause"]]);
  assert.ok(results[0] instanceof Failure);
  assert.throws(() => d.callback(1), AlreadyCalledError);
  assert.throws(() => d.errback(1), AlreadyCalledError);
});

test("cancel, leaves the result to a canceller that fires the Deferred", () => {
  const withResult = new Deferred<string>((d) => d.callback("what there is so far"));
  withResult.cancel();
  assert.equal(successResultOf(withResult), "what there is so far");
  const withFailure = new Deferred<string>((d) => d.errback(new NotFound("stopped")));
  withFailure.cancel();
  assert.equal(failureResultOf(withFailure, NotFound).message, "stopped");
});

test("cancel, throws what the canceller throws, and leaves the Deferred pending", () => {
  const d = new Deferred<string>(() => {
    throw new NotFound("nothing to stop");
  });
  assert.throws(() => d.cancel(), NotFound);
  assert.equal(d.called, false);
  d.callback("still going");
  assert.equal(successResultOf(d), "still going");
});

test("cancel, does nothing, once there is a result", () => {
  const canceller = (): void => assert.fail("A canceller was called after the result");
  const [d, failed] = [new Deferred<string>(canceller), new Deferred<string>(canceller)];
  d.callback("done");
  d.cancel();
  assert.equal(successResultOf(d), "done");
  failed.errback(new NotFound("gone"));
  failed.cancel();
  assert.equal(failureResultOf(failed, NotFound).message, "gone");
});

test("cancel, does nothing, while the Deferred is paused with a result", () => {
  const d = succeed("done");
  d.pause();
  d.cancel();
  d.unpause();
  assert.equal(successResultOf(d), "done");
});

test("cancel, reaches the Deferred that is waited for, and not the own canceller", () => {
  let innerCancelled: unknown;
  const inner = new Deferred<string>((_, cause) => (innerCancelled = cause));
  const outer = new Deferred<string>(() => assert.fail("The outer Deferred had its result"));
  outer.addCallback(() => inner);
  outer.callback("go");
  outer.cancel("cause");
  assert.equal(innerCancelled, "cause");
  assert.equal(failureResultOf(outer, CancelledError).cause, "cause");
  assert.equal(successResultOf(inner), undefined);
});

test("cancel, reaches the last of a row of Deferreds that wait for each other", () => {
  let cancelled = 0;
  const innermost = new Deferred<string>(() => void cancelled++);
  const middle = succeed(1).addCallback(() => innermost);
  const outer = succeed(2).addCallback(() => middle);
  outer.cancel();
  assert.equal(cancelled, 1);
  failureResultOf(outer, CancelledError);
});

test("cancel, goes on with what is waited for next, when the inner Deferred's failure was mended", () => {
  const second = new Deferred<string>();
  const first = new Deferred<string>();
  const outer = succeed(1)
    .addCallback(() => first)
    .addErrback(() => second);
  outer.cancel();
  assertNoResult(outer);
  outer.cancel();
  failureResultOf(outer, CancelledError);
});

test("cancel, uses the way of cancelling of a class that has its own", () => {
  const parts = [new Deferred<string>(), new Deferred<string>()];
  const list = new DeferredList(parts, { consumeErrors: true });
  const outer = succeed(1).addCallback(() => list);
  const outermost = succeed(1).addCallback(() => outer);
  outermost.cancel();
  const outcomes = successResultOf(outermost);
  assert.deepEqual(
    outcomes.map(([ok]) => ok),
    [false, false],
  );
});

test("cancel, of a Deferred that is chained to another with chainDeferred, leaves that other alone", () => {
  const [source, target] = [new Deferred<string>(), new Deferred<string>()];
  source.chainDeferred(target);
  target.cancel();
  assert.equal(source.called, false);
  // The one late result is ignored.
  source.callback("late");
  failureResultOf(target, CancelledError);
});

test("cancel, of a paused Deferred, has its failure once that is unpaused", () => {
  const d = new Deferred<string>();
  d.pause();
  d.cancel();
  assert.equal(d.called, true);
  d.unpause();
  failureResultOf(d, CancelledError);
});

test("cancel, called by a callback of the same chain, cancels nothing", () => {
  const d = new Deferred<string>(() => assert.fail("A canceller was called after the result"));
  d.addCallback((text) => {
    d.cancel();
    return text;
  });
  d.callback("done");
  assert.equal(successResultOf(d), "done");
});

test("signal, is aborted by cancel, with a CancelledError as its reason", () => {
  const d = new Deferred<string>();
  const { signal } = d;
  assert.equal(d.signal, signal);
  assert.equal(signal.aborted, false);
  d.cancel("cause");
  assert.equal(signal.aborted, true);
  assert.ok(signal.reason instanceof CancelledError);
  assert.equal(signal.reason.cause, "cause");
  // Whoever does the work may still fire it once.
  d.callback("late");
  failureResultOf(d, CancelledError);
});

test("signal, lets the work fire the Deferred itself when it is aborted", () => {
  const d = new Deferred<string>(() => assert.fail("The canceller is not needed any more"));
  d.signal.addEventListener("abort", () => d.callback("half a result"));
  d.cancel();
  assert.equal(successResultOf(d), "half a result");
});

test("signal, is aborted too, when cancelling reaches a Deferred through those that wait for it, and in these", () => {
  const innermost = new Deferred<string>();
  const middle = succeed(1).addCallback(() => innermost);
  const outer = succeed(2).addCallback(() => middle);
  const signals = [innermost.signal, middle.signal, outer.signal];
  outer.cancel();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true, true],
  );
  failureResultOf(outer, CancelledError);
});

test("signal, is not aborted by a result or a failure", () => {
  const d = succeed(1);
  const failed = fail(new NotFound("gone"));
  const signals = [d.signal, failed.signal];
  d.cancel();
  failed.cancel();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false],
  );
  failureResultOf(failed, NotFound);
});
