import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { asDeferred, execute, fail, maybeDeferred, succeed } from "../../src/deferred/maybe-deferred.ts";
import { failureResultOf, resultsOf, successResultOf } from "./results.ts";

class NotFound extends Error {}

const refused = { name: "TypeError", message: /^Cannot call .+: expected a function$/ };

test("succeed, gives a fired Deferred", () => {
  const d = succeed("now");
  assert.equal(d.called, true);
  assert.equal(successResultOf(d), "now");
  assert.equal(successResultOf(succeed()), undefined);
});

test("succeed, refuses a Deferred or a promise", () => {
  for (const thenable of [new Deferred(), Promise.resolve()]) assert.throws(() => succeed(thenable), TypeError);
});

test("fail, gives a Deferred with a failure", () => {
  const error = new NotFound("gone");
  assert.equal(failureResultOf(fail(error), NotFound), error);
  const failure = new Failure(error);
  assert.equal(resultsOf(fail(failure))[0], failure);
});

test("execute, gives what the function returns or throws", () => {
  assert.equal(successResultOf(execute((a: number, b: number) => a + b, 1, 2)), 3);
  const error = failureResultOf(
    execute((path: string) => {
      throw new NotFound(path);
    }, "gone"),
    NotFound,
  );
  assert.equal(error.message, "gone");
});

test("execute, is for functions that answer now: it refuses a promise", () => {
  assert.throws(() => execute(() => Promise.resolve(1)), TypeError);
});

test("execute and maybeDeferred, refuse what is no function", () => {
  for (const bad of [undefined, 5, "text"] as unknown as (() => void)[]) {
    assert.throws(() => execute(bad), refused);
    assert.throws(() => maybeDeferred(bad), refused);
  }
});

test("maybeDeferred, gives a fired Deferred for what a function answers now", () => {
  assert.equal(successResultOf(maybeDeferred((a: number, b: string) => `${a}${b}`, 1, "x")), "1x");
  assert.equal(successResultOf(maybeDeferred(() => undefined)), undefined);
});

test("maybeDeferred, gives a failed one for what a function throws, and for a Failure that it answers", () => {
  const error = new NotFound("gone");
  const throwing = maybeDeferred(() => {
    throw error;
  });
  assert.equal(failureResultOf(throwing, NotFound), error);
  const failure = new Failure(error);
  assert.equal(resultsOf(maybeDeferred(() => failure))[0]?.value, error);
});

test("maybeDeferred, gives the Deferred itself that a function answers", () => {
  const d = new Deferred<string>();
  assert.equal(
    maybeDeferred(() => d),
    d,
  );
});

test("maybeDeferred, gives a Deferred for a promise or another thenable", async () => {
  assert.equal(await maybeDeferred(async (n: number) => n + 1, 1), 2);
  const failed = maybeDeferred(async () => {
    throw new NotFound("gone");
  });
  await assert.rejects(failed.toPromise(), NotFound);
});

test("asDeferred, gives a Deferred for anything", async () => {
  const d = new Deferred<number>();
  assert.equal(asDeferred(d), d);
  assert.equal(successResultOf(asDeferred(1)), 1);
  assert.equal(await asDeferred(Promise.resolve(2)), 2);
  failureResultOf(asDeferred<unknown>(new Failure(new NotFound("gone"))), NotFound);
});
