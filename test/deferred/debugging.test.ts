/** Debug mode: where a Deferred was made and where it was fired. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { captureStack, getDebugging, setDebugging } from "../../src/deferred/debugging.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { DeferredList } from "../../src/deferred/deferred-list.ts";
import { AlreadyCalledError } from "../../src/deferred/errors.ts";
import { resultsOf } from "./results.ts";

afterEach(() => setDebugging(false));

function makes<T>(): Deferred<T> {
  return new Deferred<T>();
}

function callsBack(d: Deferred<number>): void {
  d.callback(1);
}

function errsBack(d: Deferred<number>): void {
  d.errback(new Error("no"));
}

function cancels(d: Deferred<number>): void {
  d.cancel();
}

/** What the error says that a second firing throws. */
function complaint(d: Deferred<number>): string {
  resultsOf(d);
  try {
    d.callback(2);
  } catch (error) {
    assert.ok(error instanceof AlreadyCalledError);
    return error.message;
  }
  return assert.fail("It could be fired twice");
}

test("setDebugging, is off at first, and getDebugging tells", () => {
  assert.equal(getDebugging(), false);
  setDebugging(true);
  assert.equal(getDebugging(), true);
  setDebugging(false);
  assert.equal(getDebugging(), false);
});

for (const fires of [callsBack, errsBack]) {
  test(`AlreadyCalledError, shows in debug mode where the Deferred was made and first fired, by ${fires.name}`, () => {
    setDebugging(true);
    const d = makes<number>();
    fires(d);
    const [, created, fired] =
      /^Cannot fire a Deferred twice: [^\n]+\nCreated:\n([^]+)\nFirst fired:\n([^]+)$/.exec(complaint(d)) ?? [];
    assert.match(created ?? "", /^ {4}at makes .*debugging\.test/);
    assert.doesNotMatch(created ?? "", /callsBack|errsBack/);
    assert.match(fired ?? "", new RegExp(`at ${fires.name} .*debugging\\.test`));
    assert.doesNotMatch(fired ?? "", /at makes/);
  });
}

test("AlreadyCalledError, shows in debug mode who cancelled, where a canceller is to fire no more", () => {
  setDebugging(true);
  const d = new Deferred<number>(() => undefined);
  cancels(d);
  assert.match(complaint(d), /First fired:\n[^]*at cancels /);
});

test("AlreadyCalledError, shows no stacks, for a Deferred that was made before debug mode", () => {
  const d = makes<number>();
  setDebugging(true);
  callsBack(d);
  assert.equal(complaint(d), "Cannot fire a Deferred twice: it has been fired already");
});

test("AlreadyCalledError, shows the stacks, for a Deferred that was made before debug mode ended", () => {
  setDebugging(true);
  const d = makes<number>();
  setDebugging(false);
  callsBack(d);
  assert.match(complaint(d), /at makes[^]*at callsBack/);
});

test("debug mode, shows where an object of a derived class was made, not its constructor", () => {
  setDebugging(true);
  function makesList(): DeferredList<[]> {
    return new DeferredList([]);
  }
  const list = makesList();
  assert.throws(() => list.callback([]), /\nCreated:\n {4}at makesList /);
});

test("captureStack, gives the stack of whoever called the function", () => {
  function below(): string {
    return captureStack(below);
  }
  function caller(): string {
    return below();
  }
  assert.match(caller(), /^ {4}at caller .*debugging\.test/);
});
