import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { Cooperator } from "../../src/clock/cooperator.ts";
import { SchedulerStopped } from "../../src/clock/errors.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { assertNoResult, failureResultOf, resultsOf, successResultOf } from "../deferred/results.ts";
import { Ticks } from "./ticks.ts";

/** An iterator that notes its steps. */
function* steps(name: string, count: number, seen: string[]): Generator<number> {
  for (let step = 1; step <= count; step++) yield seen.push(`${name}${step}`);
}

/** Ends each tick after `count` steps. */
function after(count: number): () => () => boolean {
  return () => {
    let left = count;
    return () => --left === 0;
  };
}

test("Cooperator, takes steps of all tasks in turn, and goes on in the next tick where the last one ended", () => {
  const ticks = new Ticks();
  const seen: string[] = [];
  const cooperator = new Cooperator({ scheduler: ticks.scheduler, terminationPredicateFactory: after(4) });
  for (const name of ["a", "b", "c"]) cooperator.cooperate(steps(name, 9, seen));
  ticks.run();
  assert.deepEqual(seen.splice(0), ["a1", "b1", "c1", "a2"]);
  ticks.run();
  assert.deepEqual(seen, ["b2", "c2", "a3", "b3"]);
});

test("Cooperator, where a task leaves after its step, passes over the next one until the next round, as Twisted does", () => {
  const ticks = new Ticks();
  const seen: string[] = [];
  const cooperator = new Cooperator({ scheduler: ticks.scheduler, terminationPredicateFactory: after(5) });
  cooperator.cooperate([new Deferred()]);
  for (const name of ["b", "c"]) cooperator.cooperate(steps(name, 9, seen));
  ticks.run();
  assert.deepEqual(seen, ["c1", "b1", "c2", "b2"]);
});

test("Cooperator, asks for a predicate for each tick, and that after each step", () => {
  const ticks = new Ticks();
  const asked: string[] = [];
  const cooperator = new Cooperator({
    scheduler: ticks.scheduler,
    terminationPredicateFactory: () => {
      asked.push("tick");
      return () => asked.push("step") % 3 === 0;
    },
  });
  cooperator.cooperate([1, 2, 3]);
  ticks.run();
  assert.deepEqual(asked.splice(0), ["tick", "step", "step"]);
  ticks.run();
  assert.deepEqual(asked, ["tick", "step", "step"]);
  assert.equal(ticks.waiting, false);
});

test("Cooperator, with nothing to do, schedules nothing, and cancels the tick when its last task leaves", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler });
  assert.equal(ticks.waiting, false);
  const [first, second] = [cooperator.cooperate([1]), cooperator.cooperate([2])];
  assert.equal(ticks.waiting, true);
  first.pause();
  assert.equal(ticks.waiting, true);
  second.pause();
  assert.equal(ticks.waiting, false);
  second.resume();
  assert.equal(ticks.waiting, true);
});

test("Cooperator, whose tasks add others in their steps, takes steps of those as well", () => {
  const ticks = new Ticks();
  const seen: string[] = [];
  const cooperator = new Cooperator({ scheduler: ticks.scheduler, terminationPredicateFactory: after(100) });
  cooperator.cooperate(
    (function* () {
      yield cooperator.cooperate(steps("b", 2, seen));
      yield seen.push("a2");
    })(),
  );
  ticks.run();
  assert.deepEqual(seen, ["b1", "a2", "b2"]);
});

test("coiterate, answers a Deferred for the end of the task", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler });
  const numbers = [1, 2, 3];
  const done: Deferred<number[]> = cooperator.coiterate(numbers);
  ticks.run();
  assert.equal(successResultOf(done), numbers);
});

test("coiterate, with a Deferred, fires that one and answers it", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler });
  const mine = new Deferred<number[]>();
  assert.equal(cooperator.coiterate([1], mine), mine);
  ticks.run();
  assert.deepEqual(successResultOf(mine), [1]);
  const failing = new Deferred<number[]>();
  void cooperator.coiterate([1], failing);
  cooperator.stop();
  failureResultOf(failing, SchedulerStopped);
});

test("Cooperator, not started, waits for start", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler, started: false });
  assert.equal(cooperator.running, false);
  const done = cooperator.coiterate([1]);
  assert.equal(ticks.waiting, false);
  cooperator.start();
  assert.equal(cooperator.running, true);
  assert.equal(ticks.waiting, true);
  cooperator.start();
  ticks.run();
  successResultOf(done);
});

test("stop, ends every task that is not paused with SchedulerStopped, and those that are added from now on", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler });
  // Twisted forgets every second one.
  const all = Array.from({ length: 5 }, () => cooperator.coiterate([1]));
  const paused = cooperator.cooperate([1]);
  paused.pause();
  cooperator.stop();
  assert.equal(cooperator.running, false);
  assert.equal(ticks.waiting, false);
  for (const done of all) failureResultOf(done, SchedulerStopped);
  assertNoResult(paused.whenDone());
  failureResultOf(cooperator.coiterate([1]), SchedulerStopped);
});

test("start, after stop, takes steps of new tasks", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler });
  cooperator.stop();
  cooperator.start();
  assert.equal(cooperator.running, true);
  const done = cooperator.coiterate([1]);
  ticks.run();
  successResultOf(done);
});

test("start, after stop, begins the round with the first of the new tasks", () => {
  const ticks = new Ticks();
  const seen: string[] = [];
  const cooperator = new Cooperator({ scheduler: ticks.scheduler, terminationPredicateFactory: after(2) });
  for (let task = 0; task < 2; task++) cooperator.coiterate([1, 2]).addErrback(() => {});
  ticks.run();
  cooperator.stop();
  cooperator.start();
  for (const name of ["a", "b", "c"]) cooperator.cooperate(steps(name, 9, seen));
  ticks.run();
  assert.deepEqual(seen, ["a1", "b1"]);
});

test("start, in a step, schedules no tick before the tick is over", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler, terminationPredicateFactory: after(1) });
  const scheduled: boolean[] = [];
  cooperator.cooperate(
    (function* () {
      cooperator.start();
      yield scheduled.push(ticks.waiting);
    })(),
  );
  ticks.run();
  scheduled.push(ticks.waiting);
  assert.deepEqual(scheduled, [false, true]);
});

test("stop, whose news makes somebody stop, pause or add tasks, ends each task once", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler });
  const first = cooperator.cooperate([1]);
  const [second, third] = [cooperator.cooperate([2]), cooperator.cooperate([3])];
  const added: unknown[] = [];
  first.whenDone().addErrback(() => {
    second.stop();
    third.pause();
    added.push(...resultsOf(cooperator.coiterate([4])));
  });
  const ends = [resultsOf(second.whenDone()), resultsOf(third.whenDone())];
  cooperator.stop();
  assert.match(String(ends[0]), /TaskStopped/);
  assert.match(String(added), /SchedulerStopped/);
  assert.deepEqual(ends[1], []);
  third.resume();
  assert.match(String(ends[1]), /SchedulerStopped/);
});

test("stop, whose news makes somebody start it again, keeps the tasks that are added then", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler });
  let done: Deferred<number[]> | undefined;
  cooperator.coiterate([1]).addErrback(() => {
    cooperator.start();
    done = cooperator.coiterate([2]);
  });
  const other = cooperator.coiterate([3]);
  cooperator.stop();
  failureResultOf(other, SchedulerStopped);
  assert.equal(ticks.waiting, true);
  ticks.run();
  assert.deepEqual(successResultOf(done!), [2]);
});

test("stop, in a step, ends the tick", () => {
  const ticks = new Ticks();
  const seen: string[] = [];
  const cooperator = new Cooperator({ scheduler: ticks.scheduler });
  const stopped = cooperator.coiterate(
    (function* () {
      cooperator.stop();
      yield seen.push("step");
    })(),
  );
  const other = cooperator.coiterate(steps("other", 3, seen));
  ticks.run();
  assert.deepEqual(seen, ["step"]);
  assert.equal(ticks.waiting, false);
  for (const done of [stopped, other]) failureResultOf(done, SchedulerStopped);
});

test("Cooperator, with a clock, makes its ticks a moment later, and no endless row of them at one time", () => {
  const clock = new Clock();
  const seen: string[] = [];
  const cooperator = new Cooperator({ clock, terminationPredicateFactory: after(2) });
  cooperator.cooperate(steps("a", 1000, seen));
  assert.equal(clock.getDelayedCalls().length, 1);
  clock.advance(0);
  assert.equal(seen.length, 0);
  clock.advance(1);
  assert.equal(seen.length, 2);
  clock.advance(1);
  assert.equal(seen.length, 4);
});

test("Cooperator, by default, ends a tick after 10 ms", (context) => {
  let now = 5000;
  context.mock.method(performance, "now", () => now);
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler });
  let taken = 0;
  cooperator.cooperate(
    (function* () {
      for (;;) {
        now += 3;
        yield ++taken;
      }
    })(),
  );
  ticks.run();
  assert.equal(taken, 4);
  ticks.run();
  assert.equal(taken, 8);
});

test("Cooperator, of 50,000 tasks that wait for Deferreds, does not slow down with their number", () => {
  const ticks = new Ticks();
  const cooperator = new Cooperator({ scheduler: ticks.scheduler, terminationPredicateFactory: after(1_000_000) });
  const waits: Deferred<undefined>[] = [];
  let done = 0;
  for (let task = 0; task < 50_000; task++) {
    const wait = new Deferred<undefined>();
    waits.push(wait);
    cooperator.coiterate([wait]).addCallback(() => done++);
  }
  ticks.run();
  for (const wait of waits) wait.callback(undefined);
  ticks.run();
  assert.equal(done, 50_000);
});
