import assert from "node:assert/strict";
import { test } from "node:test";
import { dateNow, keepRuntime, performanceNow, setImmediate, setInterval, setTimeout } from "../src/runtime.ts";

test("runtime, is what the globals are, as long as nobody says otherwise", async (t) => {
  t.mock.method(Date, "now", () => 5);
  t.mock.method(performance, "now", () => 7);
  assert.deepEqual([dateNow(), performanceNow()], [5, 7]);
  await new Promise<void>((resolve) => setTimeout(resolve, 1));
  await new Promise<void>((resolve) => setImmediate(resolve));
  await new Promise<void>((resolve) => {
    const interval = setInterval(() => {
      clearInterval(interval);
      resolve();
    }, 1);
  });
});

test("runtime, where the globals were replaced, is what was kept", () => {
  const calls: unknown[] = [];
  const note = (name: string) => (call: () => void, milliseconds?: number) =>
    calls.push(name, call, milliseconds) as never;
  const call = (): void => {};
  keepRuntime({
    setTimeout: note("timeout"),
    setInterval: note("interval"),
    setImmediate: note("immediate"),
    dateNow: () => 1,
    performanceNow: () => 2,
  });
  try {
    setTimeout(call, 3);
    setInterval(call, 4);
    setImmediate(call);
    assert.deepEqual([dateNow(), performanceNow()], [1, 2]);
  } finally {
    keepRuntime(undefined);
  }
  assert.deepEqual(calls, ["timeout", call, 3, "interval", call, 4, "immediate", call, undefined]);
  assert.ok(dateNow() > 1_000_000);
});
