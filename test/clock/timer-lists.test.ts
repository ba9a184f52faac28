import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_CELL, TimerLists } from "../../src/clock/timer-lists.ts";

/** What is in a list, last first. */
function contents(lists: TimerLists<string>, list: number): string[] {
  const found: string[] = [];
  for (let cell = lists.lastCell(list); cell !== NO_CELL; cell = lists.cellBefore(cell)) {
    found.push(`${lists.timers[cell]} ${lists.times[cell]} ${lists.orders[cell]}`);
  }
  return found;
}

/** Empties a list and answers what was in it. */
function empty(lists: TimerLists<string>, list: number): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  let cell = lists.detach(list);
  while (cell !== NO_CELL) {
    found.push(lists.timers[cell]);
    cell = lists.release(cell);
  }
  return found;
}

test("TimerLists, keeps the entries of each list apart, however they come in", () => {
  const lists = new TimerLists<string>(3);
  for (let n = 0; n < 1000; n++) lists.add(n % 3, n, -n, `timer ${n}`);
  for (let list = 0; list < 3; list++) {
    const expected = Array.from({ length: 1000 }, (_, n) => n).filter((n) => n % 3 === list);
    assert.deepEqual(contents(lists, list), expected.map((n) => `timer ${n} ${n} ${-n}`).toReversed());
    assert.equal(lists.countOf(list), expected.length);
    assert.deepEqual([lists.earliestOf(list), lists.latestOf(list)], [expected[0], expected.at(-1)]);
  }
  const all: string[] = [];
  lists.forEach((_time, _order, timer) => all.push(timer));
  assert.equal(new Set(all).size, 1000);
});

test("TimerLists, of an empty list, has no cell and no times", () => {
  const lists = new TimerLists<string>(1);
  assert.equal(lists.lastCell(0), NO_CELL);
  assert.deepEqual([lists.countOf(0), lists.earliestOf(0), lists.latestOf(0)], [0, Infinity, -Infinity]);
  assert.deepEqual(empty(lists, 0), []);
});

test("TimerLists, uses the cells of emptied lists again, and lets go of the timers", () => {
  const lists = new TimerLists<string>(2);
  for (let round = 0; round < 50; round++) {
    for (let n = 0; n < 100; n++) lists.add(0, n, n, `round ${round}`);
    assert.equal(empty(lists, 0).length, 100);
    assert.equal(lists.lastCell(0), NO_CELL);
  }
  assert.ok(lists.timers.length <= 128, `${lists.timers.length} cells for 100 entries at a time`);
  assert.ok(lists.timers.every((timer) => timer === undefined));
});

test("TimerLists.ensure, adds empty lists and keeps the others", () => {
  const lists = new TimerLists<string>(1);
  lists.add(0, 1, 1, "kept");
  lists.ensure(10);
  lists.ensure(2);
  assert.deepEqual(contents(lists, 0), ["kept 1 1"]);
  assert.equal(lists.lastCell(9), NO_CELL);
});

test("TimerLists.isWasteful, holds when much room was taken and little is used", () => {
  const lists = new TimerLists<string>(2);
  assert.equal(lists.isWasteful(), false);
  for (let n = 0; n < 5000; n++) lists.add(0, n, n, "timer");
  lists.add(1, 1, 1, "last");
  assert.equal(lists.isWasteful(), false);
  empty(lists, 0);
  assert.equal(lists.isWasteful(), true);
});
