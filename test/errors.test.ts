import assert from "node:assert/strict";
import { test } from "node:test";
import { HawserError, InvalidStateError, LocalProtocolError, RemoteProtocolError } from "../src/errors.ts";

const classes = [
  [InvalidStateError, "InvalidStateError", "ERR_INVALID_STATE"],
  [LocalProtocolError, "LocalProtocolError", "ERR_LOCAL_PROTOCOL"],
  [RemoteProtocolError, "RemoteProtocolError", "ERR_REMOTE_PROTOCOL"],
] as const;

for (const [Class, name, code] of classes) {
  test(`${name}, is an Error of Hawser with its name, code, message and cause`, () => {
    const cause = new Error("the cause");
    const error = new Class("Cannot do it: it is done", { cause });
    assert.ok(error instanceof HawserError);
    assert.ok(error instanceof Error);
    assert.equal(error.name, name);
    assert.equal(error.code, code);
    assert.equal(error.cause, cause);
    assert.equal(String(error), `${name}: Cannot do it: it is done`);
  });
}
