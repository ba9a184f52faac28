import assert from "node:assert/strict";
import { test } from "node:test";
import { Waiters } from "../../src/application/waiters.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../deferred/results.ts";

test("Waiters, tells all who wait, once, and who comes meanwhile the next time", () => {
  const waiters = new Waiters<string>();
  const first = waiters.add();
  const second = first.addCallback(() => waiters.add());
  const other = waiters.add();
  assert.equal(waiters.fire("now"), 2);
  assert.equal(successResultOf(other), "now");
  assertNoResult(second);
  assert.equal(waiters.fire("then"), 1);
  assert.equal(successResultOf(second), "then");
  assert.equal(waiters.fire("never"), 0);
});

test("Waiters, tells them of a failure", () => {
  const waiters = new Waiters();
  const waiter = waiters.add();
  waiters.fire(new Failure(new RangeError("too far")));
  assert.equal(failureResultOf(waiter, RangeError).message, "too far");
});

test("Waiters, forgets who has cancelled, also who is cancelled by another while they are told", () => {
  const waiters = new Waiters();
  const gone = waiters.add();
  gone.cancel();
  failureResultOf(gone, CancelledError);
  assert.equal(waiters.fire(undefined), 0);
  const first = waiters.add().addCallback(() => second.cancel());
  const second = waiters.add();
  assert.equal(waiters.fire(undefined), 2);
  successResultOf(first);
  failureResultOf(second, CancelledError);
});
