import assert from "node:assert/strict";
import { test } from "node:test";
import { systemError } from "../../src/sim/system-error.ts";

test("systemError, is what Node makes of an error of the system", () => {
  const error = systemError("connect", "ECONNREFUSED");
  assert.equal(error.message, "connect ECONNREFUSED: connection refused");
  assert.deepEqual({ ...error }, { code: "ECONNREFUSED", errno: -111, syscall: "connect" });
});
