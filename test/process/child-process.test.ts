/** What the conformance suite cannot bring about. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { shell } from "../conformance/process-fixtures.ts";
import { running } from "../conformance/running.ts";
import "../support/quiet-logs.ts";

const makeReactor = (): NodeReactor => new NodeReactor();

/** Has the system answer signals with the error `code` while `body` runs. */
function answeringSignals(code: string, body: () => void): void {
  const kill = process.kill.bind(process);
  process.kill = () => {
    throw Object.assign(new Error(`kill ${code}`), { code });
  };
  try {
    body();
  } finally {
    process.kill = kill;
  }
}

test("Process.signalProcess, says what the system says, and that a process is gone before we have heard of it", async () => {
  await running(makeReactor, async (reactor) => {
    const child = shell(reactor, "read line");
    answeringSignals("EPERM", () => assert.throws(() => child.transport.signalProcess("TERM"), { code: "EPERM" }));
    answeringSignals("ESRCH", () =>
      assert.throws(() => child.transport.signalProcess("TERM"), { name: "ProcessExitedAlready" }),
    );
    child.transport.closeStdin();
    await child.ended();
  });
});

test("Process.abortConnection, closes everything also where the process may not be killed", async () => {
  const logs = capturedLogs();
  await running(makeReactor, async (reactor) => {
    const child = shell(reactor, "cat");
    answeringSignals("EPERM", () => child.transport.abortConnection());
    assert.equal((await child.ended()).end.exitCode, 0);
  });
  logs.stop();
  assert.equal(logs.filter((event) => event.logFailure?.getErrorMessage() === "kill EPERM").length, 1);
});

test("Process, is a stream of the reactor, and counts as its descriptors", async () => {
  await running(makeReactor, async (reactor) => {
    const child = shell(reactor, "cat");
    assert.equal(reactor.statistics().connections, 3);
    child.transport.write("hello");
    child.transport.closeStdin();
    await child.ended();
    const { connections, bytesSent, bytesReceived } = reactor.statistics();
    assert.deepEqual([connections, bytesSent, bytesReceived], [0, 5, 5]);
  });
});
