import assert from "node:assert/strict";
import { clearTimeout as importedClear, setTimeout as importedSet } from "node:timers";
import { test } from "node:test";
import { promisify } from "node:util";
import { timerReplacements } from "../../../src/sim/guard/guarded-timers.ts";
import { SimulatedTimeout } from "../../../src/sim/guard/simulated-timer.ts";
import { guarded, HostOfTest } from "./simulated-host.ts";

test("timers, of simulated code, wait in the time of its host", async () => {
  assert.ok(timerReplacements().length > 12);
  await guarded("simulate", (host) => {
    const calls: unknown[] = [];
    const note = (...what: unknown[]): void => void calls.push([...what, host.monotonic()]);
    setTimeout(note, 20, "timeout");
    importedSet(note, 10, "imported");
    setImmediate(note, "immediate");
    const interval = setInterval(note, 15, "interval");
    const cleared = [setTimeout(note, 1), importedSet(note, 1), setInterval(note, 1)];
    clearTimeout(cleared[0]);
    importedClear(Number(cleared[1]));
    clearInterval(String(cleared[2]));
    clearImmediate(setImmediate(note));
    for (let n = 0; n < 7; n++) host.clock.advance(0.005);
    clearInterval(interval);
    host.clock.advance(1);
    assert.deepEqual(
      calls.map((call) => (call as unknown[])[0]),
      ["immediate", "imported", "interval", "timeout", "interval"],
    );
    assert.deepEqual(host.clock.getDelayedCalls(), []);
    clearTimeout(undefined);
    clearTimeout(null as never);
  });
});

test("timers, real ones, can be cleared by simulated code, and simulated ones from outside", async () => {
  let calls = 0;
  const real = setTimeout(() => calls++, 1);
  const host = new HostOfTest();
  const simulated = await guarded(
    "simulate",
    () => {
      clearTimeout(real);
      return setTimeout(() => calls++, 1000);
    },
    host,
  );
  await guarded(
    "throw",
    () => {
      host.runs = false;
      clearTimeout(simulated);
    },
    host,
  );
  host.clock.advance(1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(calls, 0);
});

test("timers, made promises by promisify, wait in the time of the host", async () => {
  const real = promisify(setTimeout);
  await guarded("simulate", async (host) => {
    const slept = promisify(setTimeout)(50, "value");
    const turned = promisify(setImmediate)("soon");
    host.clock.advance(0.05);
    assert.deepEqual([await slept, await turned], ["value", "soon"]);
  });
  assert.equal(await real(1, "again"), "again");
});

test("AbortSignal.timeout, of simulated code, aborts in the time of its host", async () => {
  await guarded("simulate", (host) => {
    const signal = AbortSignal.timeout(2000);
    host.clock.advance(1.5);
    assert.equal(signal.aborted, false);
    host.clock.advance(0.5);
    assert.deepEqual([signal.aborted, (signal.reason as Error).name], [true, "TimeoutError"]);
  });
});

test("timers, outside of simulated code, are the real ones", async () => {
  await guarded("throw", async (host) => {
    host.runs = false;
    const timer = setTimeout(() => {}, 1);
    assert.ok(!(timer instanceof SimulatedTimeout));
    clearTimeout(timer);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(AbortSignal.timeout(10_000).aborted, false);
  });
});
