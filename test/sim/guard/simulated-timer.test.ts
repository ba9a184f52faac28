import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { SimulatedImmediate, SimulatedTimeout, timerOf } from "../../../src/sim/guard/simulated-timer.ts";
import { HostOfTest } from "./simulated-host.ts";

/** A timer that nobody clears. */
function wait(host: HostOfTest, callback: unknown, delay: unknown): SimulatedTimeout {
  return new SimulatedTimeout(host, callback, delay, [], false);
}

test("SimulatedTimeout, waits so many milliseconds of its host, one at least, and gets its arguments", () => {
  const host = new HostOfTest();
  const calls: unknown[] = [];
  function note(this: unknown, ...args: unknown[]): void {
    calls.push(this, ...args, host.monotonic());
  }
  const timer = new SimulatedTimeout(host, note, 1500.7, ["a", "b"], false);
  assert.equal(timer.hasRef(), true);
  host.clock.advance(1.49);
  assert.deepEqual(calls, []);
  host.clock.advance(0.01);
  assert.deepEqual(calls, [timer, "a", "b", 1.5]);
  assert.equal(timer.hasRef(), false);
  for (const delay of [0, -5, "x", Number.NaN, undefined, 2 ** 31]) {
    calls.length = 0;
    wait(host, note, delay);
    host.clock.advance(0.001);
    assert.equal(calls.length, 2, String(delay));
  }
  wait(host, note, "25");
  host.clock.advance(0.025);
  assert.equal(calls.length, 4);
  assert.throws(() => new SimulatedTimeout(host, "code", 1, [], false), {
    name: "TypeError",
    code: "ERR_INVALID_ARG_TYPE",
  });
});

test("SimulatedTimeout, refresh, waits anew, also after it has called, and not after it was cleared", () => {
  const host = new HostOfTest();
  let calls = 0;
  const timer = new SimulatedTimeout(host, () => calls++, 1000, [], false);
  host.clock.advance(0.75);
  assert.equal(timer.refresh(), timer);
  host.clock.advance(0.75);
  assert.equal(calls, 0);
  host.clock.advance(0.25);
  assert.equal(calls, 1);
  timer.refresh();
  host.clock.advance(1);
  assert.equal(calls, 2);
  assert.equal(timer.close(), timer);
  timer.refresh();
  host.clock.advance(5);
  assert.deepEqual([calls, host.clock.getDelayedCalls().length], [2, 0]);
});

test("SimulatedTimeout, that repeats, goes on until it is cleared, also by itself", () => {
  const host = new HostOfTest();
  let calls = 0;
  const timer: SimulatedTimeout = new SimulatedTimeout(
    host,
    () => {
      if (++calls === 3) timer.cancel();
    },
    1000,
    [],
    true,
  );
  for (let n = 0; n < 10; n++) host.clock.advance(1);
  assert.deepEqual([calls, host.clock.getDelayedCalls().length], [3, 0]);
});

test("SimulatedTimeout, as a number, is found by it until it is cleared; numbers are the host's own", () => {
  const host = new HostOfTest();
  const [one, two] = [0, 1].map(() => new SimulatedTimeout(host, () => {}, 1000, [], false)) as [
    SimulatedTimeout,
    SimulatedTimeout,
  ];
  const id = Number(one);
  assert.equal(Number(one), id);
  assert.equal(Number(two), id + 1);
  assert.deepEqual([timerOf(host, id), timerOf(host, String(id + 1)), timerOf(host, {})], [one, two, undefined]);
  one.cancel();
  assert.equal(timerOf(host, id), undefined);
  const other = new HostOfTest("db2");
  assert.equal(Number(new SimulatedTimeout(other, () => {}, 1, [], false)), id);
});

test("SimulatedImmediate, is called after what runs, unless it is disposed of", () => {
  const host = new HostOfTest();
  const calls: unknown[] = [];
  const immediate = new SimulatedImmediate(host, (name: unknown) => calls.push(name), ["x"]).start(0);
  assert.deepEqual([immediate.hasRef(), immediate.unref().hasRef(), immediate.ref().hasRef()], [true, false, true]);
  new SimulatedImmediate(host, (name: unknown) => calls.push(name), ["y"]).start(0)[Symbol.dispose]();
  host.clock.advance(0);
  assert.deepEqual([calls, immediate.hasRef()], [["x"], false]);
});

test("SimulatedTimeout, is called in the asynchronous context that it was made in", () => {
  const host = new HostOfTest();
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  storage.run("mine", () => new SimulatedTimeout(host, () => seen.push(storage.getStore()), 1, [], false));
  storage.run("other", () => host.clock.advance(1));
  assert.deepEqual(seen, ["mine"]);
});
