import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { DeferredFilesystemLock } from "../../src/deferred/deferred-filesystem-lock.ts";
import { AlreadyTryingToLockError, CancelledError, TimeoutError } from "../../src/deferred/errors.ts";
import { FilesystemLock } from "../../src/deferred/filesystem-lock.ts";
import { assertNoResult, failureResultOf, successResultOf } from "./results.ts";

let folder = "";
let count = 0;
let clock = new Clock();
let other = new FilesystemLock("");
let lock = new DeferredFilesystemLock("", clock);

before(() => {
  folder = mkdtempSync(join(tmpdir(), "hawser-lock-"));
});

after(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  const name = join(folder, String(count++), "x.lock");
  mkdirSync(join(name, ".."));
  clock = new Clock();
  other = new FilesystemLock(name);
  lock = new DeferredFilesystemLock(name, clock);
});

test("deferUntilLocked, fires at once, where the lock is free, and leaves nothing scheduled", () => {
  assert.equal(successResultOf(lock.deferUntilLocked(10)), undefined);
  assert.deepEqual([lock.locked, lock.clean], [true, true]);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("deferUntilLocked, tries again every second, until the lock is free", () => {
  other.lock();
  const d = lock.deferUntilLocked();
  clock.pump([1, 1, 0.5]);
  assertNoResult(d);
  other.unlock();
  clock.advance(0.25);
  assertNoResult(d);
  clock.advance(0.25);
  successResultOf(d);
  assert.equal(lock.locked, true);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("deferUntilLocked, takes the lock in time, and forgets the time limit", () => {
  other.lock();
  const d = lock.deferUntilLocked(10);
  clock.advance(1);
  other.unlock();
  clock.advance(1);
  successResultOf(d);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("deferUntilLocked, fails with TimeoutError, when the time is over, and leaves nothing scheduled", () => {
  other.lock();
  const d = lock.deferUntilLocked(5.5);
  clock.pump([1, 1, 1, 1, 1]);
  assertNoResult(d);
  clock.advance(0.5);
  const error = failureResultOf(d, TimeoutError);
  assert.equal(error.message, `The lock "${lock.name}" was not free within 5.5 seconds`);
  assert.equal(lock.locked, false);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("deferUntilLocked, has a last try, when the time is over", () => {
  other.lock();
  const d = lock.deferUntilLocked(0.5);
  other.unlock();
  clock.advance(0.5);
  successResultOf(d);
  assert.equal(lock.locked, true);
});

test("deferUntilLocked, fails with AlreadyTryingToLockError, while an earlier call still tries, and lets that go on", () => {
  other.lock();
  const d = lock.deferUntilLocked();
  const error = failureResultOf(lock.deferUntilLocked(), AlreadyTryingToLockError);
  assert.equal(error.code, "ERR_ALREADY_TRYING_TO_LOCK");
  assert.match(error.message, /^Cannot wait for ".*x\.lock": an earlier call still tries, expected one at a time$/);
  assert.equal(clock.getDelayedCalls().length, 1);
  other.unlock();
  clock.advance(1);
  successResultOf(d);
});

test("deferUntilLocked, works again after a success, a timeout and a cancel", () => {
  for (let round = 0; round < 2; round++) {
    successResultOf(lock.deferUntilLocked());
    lock.unlock();
    other.lock();
    const timedOut = lock.deferUntilLocked(1.5);
    clock.pump([1, 1]);
    failureResultOf(timedOut, TimeoutError);
    const cancelled = lock.deferUntilLocked(1.5);
    cancelled.cancel();
    failureResultOf(cancelled, CancelledError);
    other.unlock();
    assert.deepEqual(clock.getDelayedCalls(), []);
  }
});

test("cancel, gives up, with and without a time limit, with its cause", () => {
  other.lock();
  for (const timeout of [undefined, 10]) {
    const d = lock.deferUntilLocked(timeout);
    d.cancel("enough");
    assert.equal(failureResultOf(d, CancelledError).cause, "enough");
    assert.deepEqual(clock.getDelayedCalls(), []);
    assert.equal(lock.locked, false);
  }
});

test("cancel, has a last try: who gets the lock after all, has it", () => {
  other.lock();
  const d = lock.deferUntilLocked();
  other.unlock();
  d.cancel();
  successResultOf(d);
  assert.equal(lock.locked, true);
});

test("deferUntilLocked, fails with the error of the file system, at the first try and at a later one", () => {
  other.lock();
  const d = lock.deferUntilLocked(10);
  rmSync(join(lock.name, ".."), { recursive: true });
  clock.advance(1);
  assert.equal((failureResultOf(d, Error) as NodeJS.ErrnoException).code, "ENOENT");
  assert.deepEqual(clock.getDelayedCalls(), []);
  assert.equal((failureResultOf(lock.deferUntilLocked(), Error) as NodeJS.ErrnoException).code, "ENOENT");
});

for (const timeout of [-1, Number.NaN]) {
  test(`deferUntilLocked, refuses to wait ${timeout} seconds and leaves nothing scheduled`, () => {
    other.lock();
    assert.throws(() => lock.deferUntilLocked(timeout), RangeError);
    assert.deepEqual(clock.getDelayedCalls(), []);
    other.unlock();
    successResultOf(lock.deferUntilLocked());
  });
}
