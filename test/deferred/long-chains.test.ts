/** Long rows of Deferreds: a million links must neither use up the stack nor take more time for each than a few do. */
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { inlineCallbacks, wait } from "../../src/deferred/inline-callbacks.ts";
import { succeed } from "../../src/deferred/maybe-deferred.ts";
import { DeferredQueue } from "../../src/deferred/deferred-queue.ts";
import { DeferredSemaphore } from "../../src/deferred/deferred-semaphore.ts";
import { failureResultOf, successResultOf } from "./results.ts";

const MILLION = 1_000_000;
/** For what is not a row of Deferreds, and slower. */
const MANY = 80_000;
/**
 * Eight times as many links may take this many times as long. Eight is what is expected, and the garbage collector has its moods;
 * quadratic time would take 64 times as long.
 */
const GENEROUS = 28;
/** What is too quick to be measured counts as this many milliseconds. */
const MEASURABLE = 20;

/** Runs `program` with an eighth of `most` links, then with all, and compares the times. */
function linear(name: string, program: (links: number) => void, most: number = MILLION): void {
  test(`${name}, with ${most} links, ends well and takes linear time`, () => {
    const measure = (links: number): number => {
      const start = performance.now();
      program(links);
      return performance.now() - start;
    };
    const part = measure(most / 8);
    const whole = measure(most);
    const allowed = Math.max(part, MEASURABLE) * GENEROUS;
    assert.ok(whole < allowed, `${whole} ms for all, ${part} ms for an eighth of them`);
  });
}

/** The last of `links` Deferreds each of which waits for the one before it, and the first. */
function row(links: number): { outermost: Deferred<unknown>; innermost: Deferred<unknown> } {
  const innermost = new Deferred<unknown>();
  let outermost = innermost;
  for (let i = 0; i < links; i++) {
    const awaited = outermost;
    outermost = succeed(i).addCallback(() => awaited);
  }
  return { outermost, innermost };
}

linear("a row of waiting Deferreds, fired at the inner end", (links) => {
  const { outermost, innermost } = row(links);
  innermost.callback("through all");
  assert.equal(successResultOf(outermost), "through all");
});

linear("a row of waiting Deferreds, failed at the inner end", (links) => {
  const { outermost, innermost } = row(links);
  innermost.errback(new RangeError("through all"));
  assert.equal(failureResultOf(outermost, RangeError).message, "through all");
});

linear("a row of waiting Deferreds, cancelled at the outer end", (links) => {
  const { outermost, innermost } = row(links);
  outermost.cancel();
  assert.equal(innermost.called, true);
  failureResultOf(outermost, CancelledError);
});

linear("a row of waiting Deferreds, made from the outer end, each with more to do", (links) => {
  const all = Array.from({ length: links + 1 }, () => new Deferred<unknown>());
  let called = 0;
  for (const [i, d] of all.entries()) {
    if (i < links) d.addCallback(() => all[i + 1]);
    d.addCallback((result) => (called++, result));
  }
  for (const d of all) if (d !== all[links]) d.callback("go");
  assert.equal(called, 0);
  all[links]?.callback("through all");
  assert.equal(called, links + 1);
  assert.equal(successResultOf(all[0] as Deferred<unknown>), "through all");
});

linear("a row of Deferreds that return each other, all fired before", (links) => {
  let d: Deferred<unknown> = succeed("through all");
  for (let i = 0; i < links; i++) {
    const inner = d;
    d = succeed(i).addCallback(() => inner);
  }
  assert.equal(successResultOf(d), "through all");
});

linear("one Deferred, whose callbacks all return fired ones", (links) => {
  const d = new Deferred<number>();
  for (let i = 0; i < links; i++) d.addCallback((n) => succeed(n + 1));
  d.callback(0);
  assert.equal(successResultOf(d), links);
});

linear("a loop by recursion, each round of which waits", (links) => {
  let tick = new Deferred<void>();
  let rounds = 0;
  const loop = (): Deferred<string> => {
    tick = new Deferred<void>();
    return tick.addCallback(() => (++rounds < links ? loop() : succeed("done")));
  };
  const done = loop();
  for (let i = 0; i < links; i++) tick.callback();
  assert.equal(successResultOf(done), "done");
});

linear("inlineCallbacks, that waits for fired Deferreds", (links) => {
  const sum = inlineCallbacks(function* () {
    let total = 0;
    for (let i = 0; i < links; i++) total += yield* wait(succeed(1));
    return total;
  });
  assert.equal(successResultOf(sum()), links);
});

linear(
  "a semaphore, with a line of calls that are all done at once",
  (links) => {
    const semaphore = new DeferredSemaphore(1);
    let done = 0;
    void semaphore.acquire();
    for (let i = 0; i < links; i++) semaphore.run(() => ++done).addBoth(() => undefined);
    assert.equal(done, 0);
    semaphore.release();
    assert.equal(done, links);
    assert.equal(semaphore.tokens, 1);
  },
  MANY,
);

linear(
  "a queue, with a line of waiting ones, every other of whom leaves",
  (links) => {
    const queue = new DeferredQueue<number>();
    const got: number[] = [];
    const line = Array.from({ length: links }, () => queue.get());
    for (const [i, d] of line.entries()) {
      if (i % 2 === 0) d.addErrback(() => undefined).cancel();
      else d.addCallback((n) => void got.push(n));
    }
    assert.equal(queue.waiting, links / 2);
    for (let i = 0; i < links / 2; i++) queue.put(i);
    assert.deepEqual([queue.waiting, got.length, got[0], got.at(-1)], [0, links / 2, 0, links / 2 - 1]);
  },
  MANY,
);
