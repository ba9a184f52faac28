import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { isThenable } from "../../src/sim/is-thenable.ts";

test("isThenable, knows Deferreds and promises", () => {
  for (const value of [new Deferred(), Promise.resolve()]) assert.equal(isThenable(value), true);
  for (const value of [undefined, null, 1, {}, () => {}]) assert.equal(isThenable(value), false);
});
