import assert from "node:assert/strict";
import { test } from "node:test";
import { HawserError, InvalidStateError } from "../../src/errors.ts";
import {
  AlreadyCalledError,
  AlreadyTryingToLockError,
  CancelledError,
  FailureGroup,
  FirstError,
  QueueOverflow,
  QueueUnderflow,
  TimeoutError,
  cancelledBy,
  notCallable,
} from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";

const failure = new Failure(new RangeError("too far"));

for (const [error, name, code] of [
  [new AlreadyCalledError("x"), "AlreadyCalledError", "ERR_DEFERRED_ALREADY_CALLED"],
  [new AlreadyTryingToLockError("x"), "AlreadyTryingToLockError", "ERR_ALREADY_TRYING_TO_LOCK"],
  [new CancelledError(), "CancelledError", "ERR_CANCELLED"],
  [new FailureGroup([failure]), "FailureGroup", "ERR_FAILURE_GROUP"],
  [new FirstError(failure, 3), "FirstError", "ERR_FIRST_ERROR"],
  [new QueueOverflow("x"), "QueueOverflow", "ERR_QUEUE_OVERFLOW"],
  [new QueueUnderflow("x"), "QueueUnderflow", "ERR_QUEUE_UNDERFLOW"],
  [new TimeoutError("x"), "TimeoutError", "ERR_TIMEOUT"],
] as const) {
  test(`${name}, is an error of Hawser with its name and its code`, () => {
    assert.ok(error instanceof HawserError);
    assert.deepEqual([error.name, error.code], [name, code]);
    assert.match(String(error), new RegExp(`^${name}: .`));
  });
}

test("AlreadyCalledError and AlreadyTryingToLockError, are errors of a caller who ignored the state", () => {
  assert.ok(new AlreadyCalledError() instanceof InvalidStateError);
  assert.ok(new AlreadyTryingToLockError() instanceof InvalidStateError);
});

test("CancelledError, says so by itself, and may say something else", () => {
  assert.equal(new CancelledError().message, "The operation was cancelled");
  assert.equal(new CancelledError("Enough", { cause: 1 }).cause, 1);
});

test("cancelledBy, has a cause only where there is one", () => {
  assert.ok(!("cause" in cancelledBy(undefined)));
  assert.equal(cancelledBy(null).cause, null);
});

test("FirstError, tells which of the list failed and of what", () => {
  const error = new FirstError(failure, 3);
  assert.equal(error.message, "Deferred 3 of the list failed: too far");
  assert.deepEqual([error.index, error.subFailure, error.cause], [3, failure, failure.value]);
});

test("FailureGroup, has all failures", () => {
  const error = new FailureGroup([failure, failure]);
  assert.equal(error.message, "All 2 Deferreds of the race failed");
  assert.deepEqual(error.failures, [failure, failure]);
});

test("notCallable, shows what was given, shortly", () => {
  const error = notCallable({ a: { b: 1 } });
  assert.ok(error instanceof TypeError);
  assert.equal(error.message, "Cannot call { a: [Object] }: expected a function");
});
