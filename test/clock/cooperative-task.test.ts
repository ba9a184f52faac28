import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { CooperativeTask } from "../../src/clock/cooperative-task.ts";
import type { Work } from "../../src/clock/cooperative-task.ts";
import { Cooperator } from "../../src/clock/cooperator.ts";
import {
  NotPaused,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
} from "../../src/clock/errors.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import type { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { assertNoResult, endOfTurn, failureResultOf, resultsOf, successResultOf } from "../deferred/results.ts";
import { Ticks } from "./ticks.ts";
// oxlint-disable-next-line import/no-unassigned-import -- for its effect
import "../support/quiet-logs.ts";

/** A Cooperator that takes one step a tick, and its ticks. */
function stepwise(): { cooperator: Cooperator; ticks: Ticks } {
  const ticks = new Ticks();
  return {
    cooperator: new Cooperator({ scheduler: ticks.scheduler, terminationPredicateFactory: () => () => true }),
    ticks,
  };
}

/** What is logged as unhandled while `act` runs and until the end of the turn. */
async function unhandledIn(act: () => void): Promise<unknown[]> {
  const logs = capturedLogs();
  try {
    act();
    await endOfTurn();
    return logs.map((event) => event.logFailure?.value);
  } finally {
    logs[Symbol.dispose]();
  }
}

test("whenDone, fires with what the task was made of when that has come to its end", () => {
  const { cooperator, ticks } = stepwise();
  const steps: number[] = [];
  const work = (function* () {
    for (let step = 0; step < 2; step++) yield steps.push(step);
  })();
  const task = cooperator.cooperate(work);
  assert.ok(task instanceof CooperativeTask);
  const done = task.whenDone();
  assert.deepEqual(steps, []);
  ticks.run();
  ticks.run();
  assert.deepEqual(steps, [0, 1]);
  assertNoResult(done);
  ticks.run();
  assert.equal(successResultOf(done), work);
  assert.equal(successResultOf(task.whenDone()), work);
  assert.equal(ticks.waiting, false);
});

test("whenDone, fires each Deferred that was asked for", () => {
  const { cooperator, ticks } = stepwise();
  const task = cooperator.cooperate([]);
  const all = [task.whenDone(), task.whenDone()];
  ticks.run();
  for (const done of all) successResultOf(done);
});

test("cooperate, takes arrays, sets, strings and mere iterators", () => {
  const { cooperator, ticks } = stepwise();
  let left = 2;
  const iterator: Iterator<unknown> = { next: () => ({ done: left-- === 0, value: undefined }) };
  for (const work of [[1, 2], new Set([1, 2]), "ab", iterator] satisfies Work[]) {
    const done = cooperator.cooperate<Work>(work).whenDone();
    for (let tick = 0; tick < 3; tick++) ticks.run();
    assert.equal(successResultOf(done), work);
  }
});

test("cooperate, of what cannot be iterated over here, throws and schedules nothing", () => {
  const { cooperator, ticks } = stepwise();
  async function* later(): AsyncGenerator<number> {
    yield 1;
  }
  // oxlint-disable-next-line unicorn/no-thenable -- what is refused
  const thenable = Object.assign([1], { then: () => {} });
  for (const work of [5, null, undefined, {}, { next: 3 }, Promise.resolve(), later(), thenable, new Deferred()]) {
    assert.throws(() => cooperator.cooperate(work as never), {
      name: "TypeError",
      message: /^Cannot cooperate with [^]*: expected an iterator or an iterable$/,
    });
  }
  assert.equal(ticks.waiting, false);
});

test("a task, whose iterator throws, fails with that", () => {
  const { cooperator, ticks } = stepwise();
  const error = new SyntaxError("no");
  // oxlint-disable-next-line require-yield -- it throws before
  function* work(): Generator<never> {
    throw error;
  }
  const task = cooperator.cooperate(work());
  const done = task.whenDone();
  ticks.run();
  assert.equal(failureResultOf(done, SyntaxError), error);
  assert.equal(failureResultOf(task.whenDone(), SyntaxError), error);
  assert.throws(() => task.pause(), { name: "TaskFailed", code: "ERR_TASK_FAILED", cause: error });
  assert.throws(() => task.stop(), TaskFailed);
  assert.equal(ticks.waiting, false);
});

test("a task, whose iterator gives what is no iterator's result, fails with TypeError", () => {
  const { cooperator, ticks } = stepwise();
  for (const wrong of [undefined, 3, null]) {
    const done = cooperator.coiterate({ next: () => wrong as never });
    ticks.run();
    assert.match(failureResultOf(done, TypeError).message, /expected an iterator's result/);
  }
});

test("a task's failure, that nobody waits for, is reported", async () => {
  const error = new SyntaxError("no");
  const reported = await unhandledIn(() => {
    const { cooperator, ticks } = stepwise();
    cooperator.cooperate([fail(error)]);
    ticks.run();
  });
  assert.deepEqual(reported, [error]);
});

for (const [kind, make] of [
  ["Deferred", (d: Deferred<unknown>) => d],
  ["promise", (d: Deferred<unknown>) => d.toPromise()],
] as const) {
  test(`a task, that gives a ${kind}, waits for its result`, async () => {
    const { cooperator, ticks } = stepwise();
    const under = new Deferred<unknown>();
    const task = cooperator.cooperate([make(under), 2]);
    const done = task.whenDone();
    ticks.run();
    assert.equal(ticks.waiting, false);
    assert.equal(inspect(task), "CooperativeTask { paused }");
    under.callback("not used");
    await endOfTurn();
    assert.equal(inspect(task), "CooperativeTask { running }");
    ticks.run();
    assertNoResult(done);
    ticks.run();
    void successResultOf(done);
  });

  test(`a task, that waits for a ${kind} that fails, fails with that, and closes its iterator`, async () => {
    const { cooperator, ticks } = stepwise();
    const under = new Deferred<unknown>();
    let isClosed = false;
    const done = cooperator.coiterate(
      (function* () {
        try {
          yield make(under);
        } finally {
          isClosed = true;
        }
      })(),
    );
    ticks.run();
    under.errback(new SyntaxError("no"));
    await endOfTurn();
    assert.equal(isClosed, true);
    failureResultOf(done, SyntaxError);
  });
}

test("a task, that gives Deferreds which have their results, goes on", () => {
  const { cooperator, ticks } = stepwise();
  const done = cooperator.coiterate([succeed(1), succeed(2)]);
  for (let tick = 0; tick < 3; tick++) {
    assertNoResult(done);
    ticks.run();
  }
  void successResultOf(done);
});

test("pause, holds the task until resume has been called as often", () => {
  const { cooperator, ticks } = stepwise();
  const task = cooperator.cooperate([1, 2]);
  task.pause();
  assert.equal(ticks.waiting, false);
  task.pause();
  task.resume();
  assert.equal(ticks.waiting, false);
  assert.equal(inspect(task), "CooperativeTask { paused }");
  task.resume();
  assert.equal(ticks.waiting, true);
});

test("pause, while the task waits for a Deferred, holds it after that", () => {
  const { cooperator, ticks } = stepwise();
  const under = new Deferred<undefined>();
  const task = cooperator.cooperate([under]);
  ticks.run();
  task.pause();
  under.callback(undefined);
  assert.equal(ticks.waiting, false);
  task.resume();
  assert.equal(ticks.waiting, true);
});

test("resume, of a task that is not paused, throws", () => {
  const { cooperator, ticks } = stepwise();
  const task = cooperator.cooperate([]);
  const refused = {
    name: "NotPaused",
    code: "ERR_TASK_NOT_PAUSED",
    message: "Cannot resume a task: it is not paused, expected a paused task",
  };
  assert.throws(() => task.resume(), refused);
  ticks.run();
  assert.throws(() => task.resume(), NotPaused);
});

test("pause and stop, of a task that is done, throw TaskDone", () => {
  const { cooperator, ticks } = stepwise();
  const task = cooperator.cooperate([]);
  ticks.run();
  const refused = {
    name: "TaskDone",
    code: "ERR_TASK_DONE",
    message: "Cannot pause a task: it is done, expected a task that has not ended",
  };
  assert.throws(() => task.pause(), refused);
  assert.throws(() => task.stop(), TaskDone);
  assert.throws(() => task.stop(), TaskFinished);
  assert.equal(inspect(task), "CooperativeTask { done }");
});

test("stop, fails what whenDone gives with TaskStopped, and runs the finally blocks of a generator before", () => {
  const { cooperator, ticks } = stepwise();
  const events: string[] = [];
  const task = cooperator.cooperate(
    (function* () {
      try {
        yield events.push("step");
        assert.fail("went on");
      } finally {
        events.push("closed");
      }
    })(),
  );
  task.whenDone().addErrback((failure) => events.push(failure.type!.name));
  ticks.run();
  task.stop();
  assert.deepEqual(events, ["step", "closed", "TaskStopped"]);
  assert.equal(ticks.waiting, false);
  assert.throws(() => task.stop(), { name: "TaskStopped", code: "ERR_TASK_STOPPED" });
  assert.throws(() => task.pause(), TaskStopped);
  assert.equal(failureResultOf(task.whenDone(), TaskStopped).message, "The task was stopped");
  assert.equal(inspect(task), "CooperativeTask { stopped }");
});

test("stop, of a task whose iterator throws when it is closed, reports that", async () => {
  const error = new SyntaxError("no");
  const reported = await unhandledIn(() => {
    const { cooperator } = stepwise();
    const iterator: Iterator<unknown> = {
      next: () => ({ done: false, value: undefined }),
      return() {
        throw error;
      },
    };
    const task = cooperator.cooperate(iterator);
    const done = task.whenDone();
    task.stop();
    failureResultOf(done, TaskStopped);
  });
  assert.deepEqual(reported, [error]);
});

test("stop, of a paused task, ends it, and resume lets it be", () => {
  const { cooperator, ticks } = stepwise();
  const task = cooperator.cooperate([1]);
  task.pause();
  const done = task.whenDone();
  task.stop();
  failureResultOf(done, TaskStopped);
  task.resume();
  assert.equal(ticks.waiting, false);
});

test("stop, while the task waits for a Deferred, takes no step after that", () => {
  const { cooperator, ticks } = stepwise();
  const under = new Deferred<undefined>();
  const task = cooperator.cooperate([under, 2]);
  ticks.run();
  const done = task.whenDone();
  task.stop();
  failureResultOf(done, TaskStopped);
  under.callback(undefined);
  assert.equal(ticks.waiting, false);
});

test("stop, while the task waits for a Deferred that fails later, leaves that to be reported", async () => {
  const error = new SyntaxError("no");
  const reported = await unhandledIn(() => {
    const { cooperator, ticks } = stepwise();
    const under = new Deferred<undefined>();
    const task = cooperator.cooperate([under]);
    ticks.run();
    const done = task.whenDone();
    task.stop();
    under.errback(error);
    failureResultOf(done, TaskStopped);
    assert.throws(() => task.stop(), TaskStopped);
  });
  assert.deepEqual(reported, [error]);
});

test("stop, in a step of the task itself, ends it after the step, whatever that gives", async () => {
  const error = new SyntaxError("no");
  const outcomes: unknown[] = [];
  const ends: (() => IteratorResult<unknown>)[] = [
    () => ({ done: false, value: 1 }),
    () => ({ done: false, value: new Deferred() }),
    () => ({ done: true, value: undefined }),
    () => {
      throw error;
    },
  ];
  const reported = await unhandledIn(() => {
    for (const end of ends) {
      const { cooperator, ticks } = stepwise();
      let closed = 0;
      const task: CooperativeTask = cooperator.cooperate<Iterator<unknown>>({
        next() {
          task.stop();
          assert.equal(closed, 0);
          return end();
        },
        return() {
          closed++;
          return { done: true, value: undefined };
        },
      });
      const other = cooperator.cooperate([1]);
      const results = resultsOf(task.whenDone());
      ticks.run();
      const [failure] = results;
      outcomes.push([(failure as Failure).check(TaskStopped) === TaskStopped, results.length, closed, ticks.waiting]);
      other.stop();
      other.whenDone().addErrback(() => {});
    }
  });
  assert.deepEqual(outcomes, [
    [true, 1, 1, true],
    [true, 1, 1, true],
    [true, 1, 0, true],
    [true, 1, 0, true],
  ]);
  assert.deepEqual(reported, [error]);
});

test("stop, in a step of a generator, runs its finally blocks when the step is over", () => {
  const { cooperator, ticks } = stepwise();
  const events: string[] = [];
  function* work(): Generator<number> {
    try {
      task.stop();
      events.push("stopped");
      yield 1;
      events.push("went on");
    } finally {
      events.push("closed");
    }
  }
  const task = cooperator.cooperate(work());
  const done = task.whenDone();
  ticks.run();
  assert.deepEqual(events, ["stopped", "closed"]);
  failureResultOf(done, TaskStopped);
});

test("resume, of a task whose Cooperator was stopped meanwhile, ends it with SchedulerStopped", () => {
  const { cooperator } = stepwise();
  const task = cooperator.cooperate([1]);
  task.pause();
  const done = task.whenDone();
  cooperator.stop();
  assertNoResult(done);
  task.resume();
  assert.equal(failureResultOf(done, SchedulerStopped).message, "The Cooperator of the task was stopped");
  assert.throws(() => task.pause(), {
    name: "SchedulerStopped",
    code: "ERR_SCHEDULER_STOPPED",
    message: "Cannot pause a task: its Cooperator was stopped, expected a task that has not ended",
  });
  assert.equal(inspect(task), "CooperativeTask { scheduler stopped }");
});

test("a callback of whenDone, may ask for whenDone, and stop the Cooperator", () => {
  const { cooperator, ticks } = stepwise();
  const task = cooperator.cooperate([]);
  const other = resultsOf(cooperator.coiterate([1]));
  const inner: unknown[] = [];
  task.whenDone().addCallback(() => {
    inner.push(successResultOf(task.whenDone()));
    cooperator.stop();
  });
  ticks.run();
  assert.deepEqual(inner, [[]]);
  assert.equal((other[0] as Failure).check(SchedulerStopped), SchedulerStopped);
});
