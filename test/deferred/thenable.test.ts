import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { isThenable } from "../../src/deferred/thenable.ts";

test("isThenable, is true for whatever has a method then, functions included", () => {
  const then = (): void => undefined;
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  for (const value of [Promise.resolve(), new Deferred(), { then }, Object.assign(() => 1, { then })]) {
    assert.equal(isThenable(value), true);
  }
});

test("isThenable, is false for everything else", () => {
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  for (const value of [undefined, null, 0, "then", Symbol("then"), {}, { then: 1 }, () => 1]) {
    assert.equal(isThenable(value), false);
  }
});
