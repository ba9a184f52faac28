import assert from "node:assert/strict";
import { test } from "node:test";
import { DeferredLock } from "../../src/deferred/deferred-lock.ts";
import { assertNoResult, successResultOf } from "./results.ts";

test("DeferredLock, is acquired by one at a time, in the order of asking", () => {
  const lock = new DeferredLock();
  assert.equal(lock.locked, false);
  const [first, second, third] = [lock.acquire(), lock.acquire(), lock.acquire()];
  assert.equal(successResultOf(first), lock);
  assert.equal(lock.locked, true);
  assertNoResult(second);
  lock.release();
  assert.equal(successResultOf(second), lock);
  assert.equal(lock.locked, true);
  assertNoResult(third);
  lock.release();
  successResultOf(third);
  lock.release();
  assert.equal(lock.locked, false);
});

test("release, of a free lock, throws and leaves it free", () => {
  const lock = new DeferredLock();
  const refused = {
    name: "InvalidStateError",
    code: "ERR_INVALID_STATE",
    message: "Cannot release the lock: it is free, expected it to be acquired before",
  };
  assert.throws(() => lock.release(), refused);
  successResultOf(lock.acquire());
  lock.release();
  assert.throws(() => lock.release(), refused);
  assert.equal(lock.locked, false);
  successResultOf(lock.acquire());
});
