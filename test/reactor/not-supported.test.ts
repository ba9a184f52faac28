import assert from "node:assert/strict";
import { test } from "node:test";
import { NotSupportedByReactorError } from "../../src/reactor/errors.ts";
import { refuse } from "../../src/reactor/not-supported.ts";

test("refuse, says what cannot be done, by whom, and who can", () => {
  assert.throws(
    () => refuse("node", "addReader", "use the epoll reactor"),
    (error: Error) =>
      error instanceof NotSupportedByReactorError &&
      error.message === "Cannot addReader: the node reactor has no means for it, use the epoll reactor",
  );
});
