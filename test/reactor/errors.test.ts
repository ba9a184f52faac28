import assert from "node:assert/strict";
import { test } from "node:test";
import { HawserError, InvalidStateError } from "../../src/errors.ts";
import {
  NotSupportedByReactorError,
  ReactorAlreadyInstalledError,
  ReactorAlreadyRunning,
  ReactorNotRunning,
} from "../../src/reactor/errors.ts";

test("the errors of reactors, have names and codes of their own and a root in common", () => {
  for (const [ErrorClass, code] of [
    [ReactorNotRunning, "ERR_REACTOR_NOT_RUNNING"],
    [ReactorAlreadyRunning, "ERR_REACTOR_ALREADY_RUNNING"],
    [ReactorAlreadyInstalledError, "ERR_REACTOR_ALREADY_INSTALLED"],
    [NotSupportedByReactorError, "ERR_NOT_SUPPORTED_BY_REACTOR"],
  ] as const) {
    const error = new ErrorClass("message");
    assert.deepEqual([error.name, error.code, error.message], [ErrorClass.name, code, "message"]);
    assert.ok(error instanceof HawserError);
  }
  assert.ok(new ReactorNotRunning() instanceof InvalidStateError);
});
