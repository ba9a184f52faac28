import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ReactorCalls } from "../../src/threads/reactor-calls.ts";
import { decodeThrown } from "../../src/threads/thread-error.ts";
import type { ErrorRecord } from "../../src/threads/thread-error.ts";
import { definitionOf, programFolder } from "../../src/threads/thread-function.ts";
import { until } from "../conformance/running.ts";
import "../support/quiet-logs.ts";
import { url } from "./module-functions.ts";

/** The reactor's side of a worker, and the answers that the worker would see. */
function withCalls(): { calls: ReactorCalls; flag: Int32Array; answer: () => unknown } {
  const { port1, port2 } = new MessageChannel();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  return {
    calls: new ReactorCalls(port1, flag, programFolder()),
    flag,
    answer: () => {
      const received = receiveMessageOnPort(port2)?.message as [boolean, unknown] | undefined;
      if (received === undefined || received[0]) return received?.[1];
      return decodeThrown(received[1] as ErrorRecord);
    },
  };
}

const RUNNING = { running: true };

test("ReactorCalls, calls with the reactor, answers and sets the flag", async () => {
  const { calls, flag, answer } = withCalls();
  const f = definitionOf((reactor: { running: boolean }, n: number) => (reactor.running ? n + 1 : 0));
  calls.callAndAnswer(RUNNING, f, [1]);
  assert.deepEqual([flag[0], answer()], [1, 2]);
  flag[0] = 0;
  calls.callAndAnswer(RUNNING, f, [2]);
  assert.equal(answer(), 3);
  for (let n = 0; n < 2; n++) {
    flag[0] = 0;
    calls.callAndAnswer(RUNNING, definitionOf({ module: url, export: "note" }), [n]);
    await until(() => flag[0] === 1, "the answer");
    assert.equal(answer(), n + 1);
  }
});

test("ReactorCalls, forgets functions where there are very many", () => {
  const { calls, answer } = withCalls();
  for (let n = 0; n <= 1001; n++) {
    const definition = { ...definitionOf(() => 0), text: `() => ${n}` };
    calls.callAndAnswer(RUNNING, definition, []);
    assert.equal(answer(), n);
  }
});

test("ReactorCalls, without a reactor that runs, answers an error that says so", () => {
  const { calls, answer } = withCalls();
  const f = definitionOf(function f() {});
  calls.callAndAnswer({ running: false }, f, []);
  assert.match(
    String(answer()),
    /Cannot call f in the reactor's thread: it does not run, expected a reactor that runs$/,
  );
  calls.callAndAnswer(undefined, f, []);
  assert.match(String(answer()), /the thread pool belongs to none/);
});

test("ReactorCalls, logs what a call without an answer throws", () => {
  const { calls, answer } = withCalls();
  const logs = capturedLogs();
  calls.call(
    RUNNING,
    definitionOf(() => JSON.parse("[")),
    [],
  );
  calls.call(
    RUNNING,
    definitionOf(() => 1),
    [],
  );
  logs.stop();
  assert.equal(logs.length, 1);
  assert.ok(logs[0]?.logFailure?.value instanceof SyntaxError);
  assert.equal(answer(), undefined);
});

test("ReactorCalls, abandons the call that is awaited: cancels it, and answers once", () => {
  const { calls, answer } = withCalls();
  calls.abandon(new Error("nobody waits"));
  assert.equal(answer(), undefined);
  const causes: unknown[] = [];
  const globals = globalThis as { hanging?: Deferred<unknown> };
  globals.hanging = new Deferred((_, cause) => causes.push(cause));
  calls.callAndAnswer(
    RUNNING,
    definitionOf(() => (globalThis as { hanging?: unknown }).hanging),
    [],
  );
  const error = new RangeError("stopped");
  calls.abandon(error);
  calls.abandon(error);
  assert.deepEqual(causes, [error]);
  assert.ok(answer() instanceof RangeError);
  assert.equal(answer(), undefined);
  // One that answers in spite of that.
  globals.hanging = new Deferred((deferred) => deferred.callback(1));
  calls.callAndAnswer(
    RUNNING,
    definitionOf(() => (globalThis as { hanging?: unknown }).hanging),
    [],
  );
  calls.abandon(new CancelledError());
  assert.equal((answer() as Error).name, "CancelledError");
  assert.equal(answer(), undefined);
  delete globals.hanging;
});
