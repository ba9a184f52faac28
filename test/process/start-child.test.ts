/** What is special to the way by which children are started; what they do is in the conformance suite. */
import assert from "node:assert/strict";
import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { test } from "node:test";
import type { ProcessEnd } from "../../src/process/child.ts";
import type { ProcessNotStarted } from "../../src/process/errors.ts";
import { startChild } from "../../src/process/start-child.ts";

/** Starts a child that the system refuses with `code`, and answers why it says it did not start. */
async function refusedWith(code: string): Promise<ProcessNotStarted> {
  const { spawn } = childProcess;
  childProcess.spawn = () => {
    throw Object.assign(new Error(`spawn ${code}`), { code, errno: -1 });
  };
  syncBuiltinESMExports();
  try {
    let calls = 0;
    const end = await new Promise<ProcessEnd>((resolve) => {
      const child = startChild("/bin/true", [], {}, new Map([[1, "r"]]), (said) => {
        calls++;
        resolve(said);
      });
      assert.equal(child.pid, null);
      assert.equal(child.handles.size, 0);
      assert.equal(calls, 0, "it is said later");
      child.release();
    });
    return end as ProcessNotStarted;
  } finally {
    childProcess.spawn = spawn;
    syncBuiltinESMExports();
  }
}

test("startChild, says later what the system refuses at once", async () => {
  for (const [code, expected] of [
    ["EPERM", /expected the right to become another user/],
    ["EMFILE", /expected descriptors to be left/],
    ["ENFILE", /expected descriptors to be left/],
    ["ENOMEM", /expected the system to start it/],
  ] as const) {
    const error = await refusedWith(code);
    assert.equal(error.osError, code);
    assert.match(error.message, expected);
  }
});

test("startChild, gives the handles of what is read or written, and tells the end", async () => {
  let ended: (end: ProcessEnd) => void = () => {};
  const end = new Promise<ProcessEnd>((resolve) => (ended = resolve));
  const child = startChild(
    "/bin/cat",
    ["cat"],
    {},
    new Map([
      [0, "w"],
      [1, "r"],
    ]),
    ended,
  );
  assert.deepEqual([...child.handles.keys()], [0, 1]);
  const stdin = child.handles.get(0)!;
  const stdout = child.handles.get(1)!;
  const heard = new Promise<string>((resolve) =>
    stdout.connect({ ...silent, received: (data) => resolve(String(data)) }),
  );
  stdin.connect(silent);
  stdout.startReading();
  stdin.send([Buffer.from("hello")]);
  assert.equal(await heard, "hello");
  stdin.closeGracefully();
  assert.equal((await end).exitCode, 0);
  stdout.close();
});

const silent = {
  protocol: {},
  received() {},
  readingEnded() {},
  writingEnded() {},
  drained() {},
  closed() {},
};
