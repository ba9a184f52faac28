import assert from "node:assert/strict";
import { test } from "node:test";
import { coiterate, cooperate } from "../../src/clock/cooperate.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { endOfTurn, resultsOf } from "../deferred/results.ts";

test("cooperate, takes steps from the next turn of the runtime on, without a reactor", async () => {
  const numbers = [1, 2, 3];
  const done = resultsOf(cooperate(numbers).whenDone());
  await Promise.resolve();
  assert.deepEqual(done, []);
  // One turn, unless the machine is so busy that it takes longer than a slice.
  for (let turn = 0; turn < 100 && done.length === 0; turn++) await endOfTurn();
  assert.deepEqual(done, [numbers]);
});

test("coiterate, of long work, lets the program do other things in between", async () => {
  let turns = 0;
  let isDone = false;
  const isEnough = (): boolean => turns >= 3;
  function* work(): Generator<void> {
    // Three slices of 10 ms or so, and never more than 1,000 steps.
    for (let step = 0; step < 1000 && !isEnough(); step++) {
      for (const until = performance.now() + 1; performance.now() < until;);
      yield;
    }
  }
  const countTurn = (): void => {
    turns++;
    if (!isDone) setImmediate(countTurn);
  };
  setImmediate(countTurn);
  await coiterate(work());
  isDone = true;
  assert.ok(isEnough(), `There were ${turns} turns`);
});

test("cooperate, shares the time among all tasks of the program", async () => {
  const seen: string[] = [];
  function* steps(name: string): Generator<number> {
    for (let step = 1; step <= 2; step++) yield seen.push(`${name}${step}`);
  }
  await Promise.all([cooperate(steps("a")).whenDone(), coiterate(steps("b"))]);
  assert.deepEqual(seen, ["a1", "b1", "a2", "b2"]);
});

test("cooperate, of a task that is paused, schedules nothing that would keep the process alive", () => {
  const before = process.getActiveResourcesInfo().filter((kind) => kind === "Immediate").length;
  const task = cooperate([new Deferred()]);
  task.pause();
  assert.equal(process.getActiveResourcesInfo().filter((kind) => kind === "Immediate").length, before);
  task.whenDone().addErrback(() => {});
  task.stop();
});
