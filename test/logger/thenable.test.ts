import assert from "node:assert/strict";
import { test } from "node:test";
import { isThenable } from "../../src/logger/thenable.ts";

/** `target` with a property `then`. */
function withThen(target: object, then: unknown): object {
  // oxlint-disable-next-line unicorn/no-thenable
  return Object.defineProperty(target, "then", { value: then });
}

test("isThenable, what has a method then, is", () => {
  const then = (): void => {};
  for (const value of [Promise.resolve(), withThen({}, then), withThen(() => {}, then)])
    assert.equal(isThenable(value), true);
});

test("isThenable, anything else, is not", () => {
  for (const value of [undefined, null, 0, "then", {}, withThen({}, 1), () => {}])
    assert.equal(isThenable(value), false);
});
