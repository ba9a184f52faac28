import assert, { AssertionError } from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import type { CapturedLogs } from "../../src/logger/captured-logs.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";

class FarError extends RangeError {}

let logs: CapturedLogs;
beforeEach(() => {
  logs = capturedLogs();
});
// No test leaves a failure that nobody has handled.
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  logs[Symbol.dispose]();
  assert.deepEqual(logs, []);
});

function caught(call: () => unknown): AssertionError {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof AssertionError, `threw ${String(error)}`);
    assert.equal(error.code, "ERR_ASSERTION");
    return error;
  }
  return assert.fail("did not throw");
}

describe("successResultOf", () => {
  test("answers the result, and leaves it", () => {
    const deferred = succeed(3);
    assert.equal(successResultOf(deferred), 3);
    assert.equal(successResultOf(deferred), 3);
    assert.equal(successResultOf(succeed()), undefined);
  });

  test("answers the result at the end of the chain", () => {
    const deferred = succeed(3).addCallback((n) => succeed(n + 1));
    assert.equal(successResultOf(deferred), 4);
  });

  test("throws where there is no result, and leaves the Deferred alone", () => {
    const deferred = new Deferred<number>();
    const error = caught(() => successResultOf(deferred));
    assert.match(error.message, /^Expected a success result of Deferred \{ <pending> \}, found no result$/);
    deferred.callback(5);
    assert.equal(successResultOf(deferred), 5);
  });

  test("throws where the chain waits for another Deferred, or is paused", () => {
    const inner = new Deferred<number>();
    const outer = succeed(1).addCallback(() => inner);
    assert.match(caught(() => successResultOf(outer)).message, /<waiting for>.* found no result$/);
    inner.callback(2);
    assert.equal(successResultOf(outer), 2);
    const paused = succeed(1);
    paused.pause();
    caught(() => successResultOf(paused));
  });

  test("throws where there is a failure, shows and handles it", () => {
    const deferred = fail<number>(new FarError("too far"));
    const error = caught(() => successResultOf(deferred));
    assert.match(error.message, /^Expected a success result of Deferred, found a failure:\n.*too far/);
    assert.ok(error.cause instanceof FarError);
    assert.deepEqual([error.expected, error.actual], ["a success result", "a failure"]);
  });

  test("begins its stack where it was called", () => {
    const { stack = "" } = caught(() => successResultOf(new Deferred()));
    assert.doesNotMatch(stack, /at successResultOf/);
  });

  test("refuses what is no Deferred", () => {
    for (const value of [Promise.resolve(1), 1, undefined]) {
      assert.throws(() => successResultOf(value as unknown as Deferred<number>), {
        name: "TypeError",
        message: /^Cannot look at the result of .*: expected a Deferred/,
      });
    }
  });
});

describe("failureResultOf", () => {
  test("answers the failure, and handles it", () => {
    const reason = new Failure(new FarError("too far"));
    assert.equal(failureResultOf(fail(reason)), reason);
  });

  test("answers a failure of one of the types, typed", () => {
    const failure = failureResultOf(fail(new FarError("too far")), TypeError, FarError);
    const error: TypeError | FarError = failure.value;
    assert.equal(error.message, "too far");
    assert.equal(failureResultOf(fail(new FarError("too far")), RangeError).value.message, "too far");
  });

  test("throws where the failure is of another type, shows and handles it", () => {
    const error = caught(() => failureResultOf(fail(new FarError("too far")), TypeError, SyntaxError));
    assert.match(
      error.message,
      /^Expected a failure of type TypeError or SyntaxError of Deferred, found a failure:\n.*too far/,
    );
    assert.ok(error.cause instanceof FarError);
  });

  test("throws where there is no result, and leaves the Deferred alone", () => {
    const deferred = new Deferred<number>();
    const error = caught(() => failureResultOf(deferred));
    assert.match(error.message, /^Expected a failure result of Deferred \{ <pending> \}, found no result$/);
    deferred.callback(1);
    assert.equal(successResultOf(deferred), 1);
  });

  test("throws where there is a success, and leaves it", () => {
    const deferred = succeed("fine");
    const error = caught(() => failureResultOf(deferred));
    assert.match(error.message, /^Expected a failure result of Deferred \{ 'fine' \}, found a success$/);
    assert.equal(successResultOf(deferred), "fine");
  });

  test("handles a failure that is no error", () => {
    assert.equal(failureResultOf(fail("text")).value, "text");
    const error = caught(() => successResultOf(fail(undefined)));
    assert.equal(error.cause, undefined);
  });
});

describe("assertNoResult", () => {
  test("passes where there is none, and leaves the Deferred alone", () => {
    const deferred = new Deferred<number>();
    assertNoResult(deferred);
    deferred.callback(1);
    assert.equal(successResultOf(deferred), 1);
  });

  test("lets a later failure pass", () => {
    const deferred = new Deferred<number>();
    assertNoResult(deferred);
    deferred.errback(new FarError("too far"));
    failureResultOf(deferred, FarError);
  });

  test("throws where there is a result", () => {
    assert.match(caught(() => assertNoResult(succeed(1))).message, /^Expected no result of Deferred, found 1$/);
  });

  test("throws where there is a failure, and handles it", () => {
    const error = caught(() => assertNoResult(fail(new FarError("too far"))));
    assert.match(error.message, /^Expected no result of Deferred, found a failure:\n.*too far/);
    assert.ok(error.cause instanceof FarError);
  });
});
