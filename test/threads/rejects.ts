/** `assert.rejects` for Deferreds. */
import assert from "node:assert/strict";
import type { AssertPredicate } from "node:assert";

export async function rejects(deferred: PromiseLike<unknown>, expected: AssertPredicate): Promise<void> {
  await assert.rejects(Promise.resolve(deferred), expected);
}
