import assert from "node:assert/strict";
import { test } from "node:test";
import { systemError } from "../../../src/reactor/epoll/system-error.ts";
import { native, skip } from "./over-core.ts";

test("systemError, is as Node's are", { skip }, () => {
  const error = systemError(native, "connect", -111) as NodeJS.ErrnoException;
  assert.equal(error.message, "connect ECONNREFUSED: Connection refused");
  assert.deepEqual([error.code, error.errno, error.syscall], ["ECONNREFUSED", -111, "connect"]);
});

test("systemError, of a number that nobody knows, is an error all the same", { skip }, () => {
  assert.match(systemError(native, "read", -9999).message, /^read Unknown system error -9999: Unknown error 9999/);
});
