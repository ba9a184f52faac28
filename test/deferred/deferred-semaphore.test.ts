import assert from "node:assert/strict";
import { test } from "node:test";
import { DeferredSemaphore } from "../../src/deferred/deferred-semaphore.ts";
import { assertNoResult, successResultOf } from "./results.ts";

test("DeferredSemaphore, is acquired by as many at a time as it has tokens, in the order of asking", () => {
  const semaphore = new DeferredSemaphore(2);
  assert.deepEqual([semaphore.limit, semaphore.tokens], [2, 2]);
  const [first, second] = [semaphore.acquire(), semaphore.acquire()];
  const [third, fourth] = [semaphore.acquire(), semaphore.acquire()];
  assert.equal(successResultOf(first), semaphore);
  assert.equal(successResultOf(second), semaphore);
  assert.equal(semaphore.tokens, 0);
  assertNoResult(third);
  semaphore.release();
  successResultOf(third);
  assertNoResult(fourth);
  assert.equal(semaphore.tokens, 0);
  semaphore.release();
  successResultOf(fourth);
  semaphore.release();
  semaphore.release();
  assert.deepEqual([semaphore.limit, semaphore.tokens], [2, 2]);
});

test("release, of a semaphore whose tokens are all free, throws and leaves it so", () => {
  const semaphore = new DeferredSemaphore(1);
  assert.throws(() => semaphore.release(), {
    name: "InvalidStateError",
    message: "Cannot release the semaphore: all tokens are free, expected one to be acquired before",
  });
  assert.equal(semaphore.tokens, 1);
});

for (const tokens of [0, -1, 1.5, Number.NaN, Infinity]) {
  test(`new DeferredSemaphore, refuses ${tokens} tokens`, () => {
    assert.throws(() => new DeferredSemaphore(tokens), {
      name: "RangeError",
      message: `Cannot make a semaphore of ${tokens} tokens: expected a whole number, 1 or more`,
    });
  });
}

test("new DeferredSemaphore, refuses what is no number", () => {
  for (const tokens of ["2", undefined, null] as unknown as number[]) {
    assert.throws(() => new DeferredSemaphore(tokens), { name: "TypeError", message: /^Cannot make a semaphore of / });
  }
});
