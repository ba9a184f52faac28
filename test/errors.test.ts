import assert from "node:assert/strict";
import { test } from "node:test";
import { HawserError, InvalidStateError, LocalProtocolError, RemoteProtocolError } from "../src/errors.ts";

for (const [make, name, code] of [
  [InvalidStateError, "InvalidStateError", "ERR_INVALID_STATE"],
  [LocalProtocolError, "LocalProtocolError", "ERR_LOCAL_PROTOCOL"],
  [RemoteProtocolError, "RemoteProtocolError", "ERR_REMOTE_PROTOCOL"],
] as const) {
  test(`${name}, is an Error with its name, its code, its message and its cause`, () => {
    const cause = new Error("deeper");
    const error = new make("what happened", { cause });
    assert.ok(error instanceof HawserError);
    assert.ok(error instanceof Error);
    assert.deepEqual([error.name, error.code, error.message, error.cause], [name, code, "what happened", cause]);
    assert.equal(String(error), `${name}: what happened`);
    assert.match(error.stack ?? "", /errors\.test/);
  });
}

test("HawserError, is a root to catch by, for classes of others too", () => {
  class Mine extends HawserError {
    readonly code = "ERR_MINE";
  }
  const error = new Mine("x");
  assert.ok(error instanceof HawserError);
  assert.equal(error.code, "ERR_MINE");
});
