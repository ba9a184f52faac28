import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AlreadyCalled,
  AlreadyCancelled,
  NotPaused,
  SchedulerError,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
} from "../../src/clock/errors.ts";
import { InvalidStateError } from "../../src/errors.ts";

test("the errors of calls and tasks, have names and codes of their own, and are errors of state", () => {
  const codes = new Set<string>();
  const classes = [
    AlreadyCalled,
    AlreadyCancelled,
    SchedulerError,
    SchedulerStopped,
    NotPaused,
    TaskFinished,
    TaskDone,
    TaskStopped,
    TaskFailed,
  ];
  for (const ErrorClass of classes) {
    const error = new ErrorClass("message");
    assert.ok(error instanceof InvalidStateError);
    assert.deepEqual([error.name, error.message], [ErrorClass.name, "message"]);
    codes.add(error.code);
  }
  assert.equal(codes.size, classes.length);
  for (const ErrorClass of [TaskDone, TaskStopped, TaskFailed]) assert.ok(new ErrorClass() instanceof TaskFinished);
  for (const ErrorClass of [TaskFinished, SchedulerStopped, NotPaused]) {
    assert.ok(new ErrorClass() instanceof SchedulerError);
  }
});
