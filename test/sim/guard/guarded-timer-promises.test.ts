import assert from "node:assert/strict";
import timers from "node:timers";
import { scheduler, setImmediate, setInterval, setTimeout } from "node:timers/promises";
import { test } from "node:test";
import { scheduleReplacements } from "../../../src/sim/guard/guarded-timer-promises.ts";
import { guarded } from "./simulated-host.ts";

test("node:timers/promises, of simulated code, waits in the time of its host", async () => {
  assert.equal(scheduleReplacements(timers.promises).length, 5);
  await guarded("simulate", async (host) => {
    const slept = setTimeout(1000, "slept");
    const turned = setImmediate("turned");
    const waited = Promise.all([scheduler.wait(500), scheduler.yield()]);
    assert.deepEqual(
      host.clock
        .getDelayedCalls()
        .map((call) => call.getTime())
        .toSorted((a, b) => a - b),
      [0, 0, 0.5, 1],
    );
    host.clock.advance(1);
    assert.deepEqual([await slept, await turned], ["slept", "turned"]);
    await waited;
  });
});

test("node:timers/promises, with a signal, is aborted by it", async () => {
  await guarded("simulate", async (host) => {
    const stop = new AbortController();
    const slept = setTimeout(1000, "slept", { signal: stop.signal });
    stop.abort("enough");
    await assert.rejects(slept, { name: "AbortError", code: "ABORT_ERR", cause: "enough" });
    await assert.rejects(setImmediate("x", { signal: stop.signal }), { name: "AbortError" });
    assert.deepEqual(host.clock.getDelayedCalls(), []);
    const ended = setTimeout(1, "done", { signal: new AbortController().signal });
    host.clock.advance(1);
    assert.equal(await ended, "done");
  });
});

test("node:timers/promises, setInterval, gives each tick, and ends with the loop or the signal", async () => {
  await guarded("simulate", async (host) => {
    const ticks = setInterval(1000, "tick")[Symbol.asyncIterator]();
    const first = ticks.next();
    host.clock.advance(1);
    assert.deepEqual(await first, { value: "tick", done: false });
    host.clock.advance(1);
    host.clock.advance(1);
    assert.deepEqual(
      [await ticks.next(), await ticks.next()].map(({ value }) => value),
      ["tick", "tick"],
    );
    await ticks.return?.();
    assert.deepEqual(host.clock.getDelayedCalls(), []);

    const stop = new AbortController();
    const aborted = setInterval(1000, "tick", { signal: stop.signal })[Symbol.asyncIterator]().next();
    stop.abort();
    await assert.rejects(aborted, { name: "AbortError" });
    assert.deepEqual(host.clock.getDelayedCalls(), []);
  });
});

test("node:timers/promises, outside of simulated code, is the real one", async () => {
  await guarded("throw", async (host) => {
    host.runs = false;
    assert.deepEqual([await setTimeout(1, "a"), await setImmediate("b")], ["a", "b"]);
    await scheduler.wait(1);
    for await (const tick of setInterval(1, "c")) {
      assert.equal(tick, "c");
      break;
    }
  });
});
