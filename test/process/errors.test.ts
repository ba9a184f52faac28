import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { InvalidStateError } from "../../src/errors.ts";
import {
  OutputTooLongError,
  ProcessDone,
  ProcessExitedAlready,
  ProcessNotStarted,
  ProcessSignalled,
  ProcessTerminated,
  UnexpectedErrorOutput,
} from "../../src/process/errors.ts";
import { ConnectionDone, ConnectionLost } from "../../src/transport/errors.ts";

test("the ends of a process, belong to the families of connections", () => {
  assert.ok(new ProcessDone() instanceof ConnectionDone);
  assert.ok(new ProcessTerminated({ exitCode: 1, signal: null }) instanceof ConnectionLost);
  assert.ok(new ProcessExitedAlready("") instanceof InvalidStateError);
});

test("ProcessTerminated, says how, and what waitpid would say", () => {
  const code = new ProcessTerminated({ exitCode: 2, signal: null });
  assert.deepEqual([code.message, code.status], ["The process ended with exit code 2", 512]);
  const signal = new ProcessTerminated({ exitCode: null, signal: 9 });
  assert.deepEqual([signal.message, signal.status], ["The process ended by signal 9", 9]);
});

test("ProcessNotStarted, says what the system said and what was expected", () => {
  const cause = Object.assign(new Error("spawn /x ENOENT"), { code: "ENOENT" });
  const error = new ProcessNotStarted("/x", "a file that is there", cause);
  assert.equal(error.message, 'Cannot start the process "/x": ENOENT, expected a file that is there');
  assert.deepEqual([error.cause, error.osError, error.status], [cause, "ENOENT", null]);
  assert.match(new ProcessNotStarted("/x", "luck", "no").message, /: no, expected luck$/);
});

test("the errors of outputs, have what was written", () => {
  const signalled = new ProcessSignalled({ exitCode: null, signal: 15 }, Buffer.from("o"), Buffer.from("e"));
  assert.deepEqual([String(signalled.out), String(signalled.err), signalled.signal], ["o", "e", 15]);
  const unexpected = new UnexpectedErrorOutput(Buffer.from("oh\n"), new Deferred());
  assert.match(unexpected.message, /the process wrote "oh\\n" to standard error/);
  assert.equal(new OutputTooLongError("").code, "ERR_OUTPUT_TOO_LONG");
});
