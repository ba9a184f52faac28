import assert from "node:assert/strict";
import { test } from "node:test";
import { TimerService } from "../../src/application/timer-service.ts";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { assertNoResult, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";

function timer(then: () => unknown = () => undefined) {
  const clock = new Clock();
  const calls: [number, string][] = [];
  const service = new TimerService(
    2,
    (text: string) => {
      calls.push([clock.seconds(), text]);
      return then();
    },
    "tick",
  );
  service.clock = clock;
  return { clock, calls, service };
}

test("TimerService, calls at once and after each step, until it is stopped", () => {
  const { clock, calls, service } = timer();
  service.startService();
  assert.equal(service.running, true);
  clock.pump([2, 1, 1]);
  successResultOf(service.stopService());
  assert.equal(service.running, false);
  clock.advance(10);
  assert.deepEqual(calls, [
    [0, "tick"],
    [2, "tick"],
    [4, "tick"],
  ]);
});

test("TimerService, has stopped when the call that is under way is finished", () => {
  const finished = new Deferred<void>();
  const { service } = timer(() => finished);
  service.startService();
  const stopped = service.stopService();
  assert.equal(service.running, true);
  assertNoResult(stopped);
  finished.callback();
  successResultOf(stopped);
  assert.equal(service.running, false);
});

test("TimerService, logs what the function throws, calls it no more, and can be stopped", () => {
  const logs = capturedLogs();
  const { clock, calls, service } = timer(() => {
    throw new RangeError("no luck");
  });
  service.startService();
  clock.advance(10);
  assert.equal(calls.length, 1);
  assert.equal(logs.length, 1);
  logs.stop();
  successResultOf(service.stopService());
});

test("TimerService, begins anew when it is started again", () => {
  const { clock, calls, service } = timer();
  service.startService();
  void service.stopService();
  clock.advance(1);
  service.startService();
  clock.advance(2);
  assert.deepEqual(
    calls.map(([time]) => time),
    [0, 1, 3],
  );
});

test("TimerService, runs when its function is first called, which may stop it", () => {
  const { clock, calls, service } = timer(() => {
    assert.equal(service.running, true);
    void service.stopService();
  });
  service.startService();
  assert.equal(service.running, false);
  clock.advance(10);
  assert.equal(calls.length, 1);
});

test("TimerService, needs a clock, and one start", () => {
  const service = new TimerService(1, () => {});
  assert.throws(() => service.startService(), /no clock/);
  assert.equal(service.running, false);
  service.clock = new Clock();
  service.startService();
  assert.throws(() => service.startService(), InvalidStateError);
  assert.equal(service.running, true);
});

test("TimerService, that was never started, is stopped at once", () => {
  successResultOf(timer().service.stopService());
});
