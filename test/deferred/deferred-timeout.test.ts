/** `addTimeout`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError, TimeoutError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { assertNoResult, failureResultOf, resultsOf, successResultOf } from "./results.ts";

class NotFound extends Error {}

test("addTimeout, fails with TimeoutError and cancels the work, when the time is over", () => {
  const clock = new Clock();
  let cancelled = 0;
  const d = new Deferred<string>(() => void cancelled++).addTimeout(10, clock);
  clock.advance(9.5);
  assertNoResult(d);
  clock.advance(0.5);
  assert.equal(cancelled, 1);
  const error = failureResultOf(d, TimeoutError);
  assert.equal(error.code, "ERR_TIMEOUT");
  assert.equal(error.message, "The Deferred had no result after 10 seconds");
  assert.ok(error.cause instanceof CancelledError);
});

test("addTimeout, answers the Deferred itself", () => {
  const d = new Deferred<string>();
  assert.equal(d.addTimeout(10, new Clock()), d);
});

test("addTimeout, unschedules its call, when the result or the failure is there in time", () => {
  const clock = new Clock();
  const [d, failed] = [new Deferred<string>(), new Deferred<string>()];
  for (const each of [d, failed]) each.addTimeout(10, clock);
  d.callback("done");
  failed.errback(new NotFound("gone"));
  assert.deepEqual(clock.getDelayedCalls(), []);
  assert.equal(successResultOf(d), "done");
  assert.equal(failureResultOf(failed, NotFound).message, "gone");
});

test("addTimeout, on a Deferred that has its result, leaves nothing scheduled", () => {
  const clock = new Clock();
  assert.equal(successResultOf(succeed(1).addTimeout(10, clock)), 1);
  failureResultOf(fail(new NotFound("gone")).addTimeout(10, clock), NotFound);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("addTimeout, passes on what a canceller gave instead", () => {
  const clock = new Clock();
  const result = new Deferred<string>((d) => d.callback("half a result")).addTimeout(10, clock);
  const failure = new Deferred<string>((d) => d.errback(new NotFound("stopped"))).addTimeout(10, clock);
  clock.advance(10);
  assert.equal(successResultOf(result), "half a result");
  assert.equal(failureResultOf(failure, NotFound).message, "stopped");
});

test("addTimeout, leaves a CancelledError as it is, when somebody else cancelled", () => {
  const clock = new Clock();
  const d = new Deferred<string>().addTimeout(10, clock);
  d.cancel();
  failureResultOf(d, CancelledError);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("addTimeout, reaches the Deferred that is waited for, when the time is over", () => {
  const clock = new Clock();
  const inner = new Deferred<string>();
  const outer = succeed(1)
    .addCallback(() => inner)
    .addTimeout(10, clock);
  clock.advance(10);
  failureResultOf(outer, TimeoutError);
  assert.equal(inner.called, true);
});

test("addTimeout, counts the callbacks added before it: an errback among them sees the CancelledError and may mend it", () => {
  const clock = new Clock();
  const seen: unknown[] = [];
  const d = new Deferred<string>()
    .addErrback((failure) => {
      seen.push(failure.type);
      return "mended";
    })
    .addTimeout(10, clock);
  clock.advance(10);
  assert.deepEqual(seen, [CancelledError]);
  assert.equal(successResultOf(d), "mended");
});

test("addTimeout, does not count the callbacks added after it", () => {
  const clock = new Clock();
  const slow = new Deferred<string>();
  const d = new Deferred<string>().addTimeout(10, clock).addCallback(() => slow);
  assert.equal(clock.getDelayedCalls().length, 1);
  d.callback("in time");
  assert.deepEqual(clock.getDelayedCalls(), []);
  clock.advance(100);
  assertNoResult(d);
});

test("addTimeout, hands what the cancelling gave, and the seconds, to its function, and goes on with what that makes of it", () => {
  const clock = new Clock();
  const calls: unknown[][] = [];
  const d = new Deferred<string>().addTimeout(10, clock, (...args) => {
    calls.push(args);
    return 504;
  });
  clock.advance(10);
  assert.equal(successResultOf(d), 504);
  const [[result, seconds] = []] = calls;
  assert.ok(result instanceof Failure);
  assert.equal(result.check(CancelledError), CancelledError);
  assert.equal(seconds, 10);

  const withResult = new Deferred<string>((self) => self.callback("half")).addTimeout(5, clock, (text, after) => [
    text,
    after,
  ]);
  clock.advance(5);
  assert.deepEqual(successResultOf(withResult), ["half", 5]);
});

test("addTimeout, does not call its function, when there is a result in time or somebody else cancels", () => {
  const clock = new Clock();
  const never = (): never => assert.fail("The time was not over");
  const [d, cancelled] = [new Deferred<string>(), new Deferred<string>()];
  d.addTimeout(10, clock, never).callback("done");
  cancelled.addTimeout(10, clock, never).cancel();
  assert.equal(successResultOf(d), "done");
  failureResultOf(cancelled, CancelledError);
});

test("addTimeout, called twice, keeps the shorter time", () => {
  const clock = new Clock();
  const d = new Deferred<string>().addTimeout(10, clock).addTimeout(3, clock);
  clock.advance(3);
  assert.equal(failureResultOf(d, TimeoutError).message, "The Deferred had no result after 3 seconds");
  assert.deepEqual(clock.getDelayedCalls(), []);
});

for (const [delay, error] of [
  [-1, RangeError],
  [Number.NaN, RangeError],
  ["5", TypeError],
  [undefined, TypeError],
] as const) {
  test(`addTimeout, refuses ${String(delay)} seconds and leaves the chain as it was`, () => {
    const clock = new Clock();
    const d = new Deferred<number>();
    assert.throws(() => d.addTimeout(delay as number, clock), error);
    assert.deepEqual(clock.getDelayedCalls(), []);
    d.callback(1);
    assert.deepEqual(resultsOf(d), [1]);
  });
}

test("addTimeout, refuses what is no function and schedules nothing", () => {
  const clock = new Clock();
  assert.throws(() => new Deferred().addTimeout(1, clock, null as never), {
    name: "TypeError",
    message: "Cannot call null: expected a function",
  });
  assert.deepEqual(clock.getDelayedCalls(), []);
});
