import assert from "node:assert/strict";
import { test } from "node:test";
import { endOf, notStarted, whyNotStarted } from "../../src/process/child.ts";
import type { ProcessEnd } from "../../src/process/child.ts";
import { ProcessDone, ProcessNotStarted, ProcessTerminated } from "../../src/process/errors.ts";

function systemError(code: string): Error {
  return Object.assign(new Error(`spawn ${code}`), { code });
}

test("endOf, is ProcessDone for exit code 0 alone", () => {
  assert.ok(endOf({ exitCode: 0, signal: null }) instanceof ProcessDone);
  for (const termination of [
    { exitCode: 1, signal: null },
    { exitCode: null, signal: 9 },
  ]) {
    const end = endOf(termination);
    assert.ok(end instanceof ProcessTerminated);
    assert.deepEqual([end.exitCode, end.signal], [termination.exitCode, termination.signal]);
  }
});

test("whyNotStarted, says what was expected", () => {
  for (const [code, path, expected] of [
    ["ENOENT", null, /expected a file that is there, and its interpreter/],
    ["ENOENT", "/no/such", /expected the path "\/no\/such" to be a folder/],
    ["ENOENT", "/", /expected a file that is there/],
    ["EACCES", undefined, /expected a file that may be executed/],
    ["EPERM", undefined, /expected the right to become another user/],
    ["EMFILE", undefined, /expected descriptors to be left/],
    ["ENFILE", undefined, /expected descriptors to be left/],
    ["EBADF", undefined, /expected the descriptors of ours in childFDs to be open/],
    ["ENOMEM", undefined, /expected the system to start it/],
  ] as const) {
    const error = whyNotStarted("/bin/true", path, systemError(code));
    assert.deepEqual([error.osError, error.executable], [code, "/bin/true"]);
    assert.match(error.message, expected);
  }
});

test("notStarted, is a child without a process, and says why in the next tick", async () => {
  const ends: ProcessEnd[] = [];
  const child = notStarted("/bin/true", null, systemError("EAGAIN"), (end) => ends.push(end));
  child.release();
  assert.deepEqual([child.pid, child.handles.size, ends.length], [null, 0, 0]);
  await new Promise((resolve) => process.nextTick(resolve));
  assert.equal(ends.length, 1);
  assert.ok(ends[0] instanceof ProcessNotStarted);
});
