import assert from "node:assert/strict";
import { test } from "node:test";
import { CooperatorService } from "../../src/application/cooperator-service.ts";
import { Clock } from "../../src/clock/clock.ts";
import { SchedulerStopped } from "../../src/clock/errors.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../deferred/results.ts";

test("CooperatorService, takes steps while it runs", () => {
  const clock = new Clock();
  const service = new CooperatorService({ clock });
  const done = service.coiterate([1, 2]);
  clock.advance(1);
  assertNoResult(done);
  service.startService();
  assert.equal(service.running, true);
  clock.advance(1);
  assert.deepEqual(successResultOf(done), [1, 2]);
  const task = service.cooperate([3]);
  service.stopService();
  assert.equal(service.running, false);
  failureResultOf(task.whenDone(), SchedulerStopped);
});

test("CooperatorService, takes steps again after another start", () => {
  const clock = new Clock();
  const service = new CooperatorService({ clock });
  service.startService();
  service.stopService();
  service.startService();
  const done = service.coiterate("a");
  clock.advance(1);
  assert.equal(successResultOf(done), "a");
});
