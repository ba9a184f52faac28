/** What happens when a callback returns a Deferred, or something else to wait for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { gatherResults } from "../../src/deferred/deferred-list.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { assertNoResult, failureResultOf, resultsOf, successResultOf } from "./results.ts";

class NotFound extends Error {}

test("a callback that returns a fired Deferred, hands on its result and leaves it none", () => {
  const inner = succeed("inner");
  const outer = succeed("outer").addCallback(() => inner);
  assert.equal(successResultOf(outer), "inner");
  assert.equal(successResultOf(inner), undefined);
});

test("a callback that returns a failed Deferred, fails the chain and leaves the other without the failure", () => {
  const inner = fail(new NotFound("gone"));
  const outer = succeed("outer").addCallback(() => inner);
  assert.equal(failureResultOf(outer, NotFound).message, "gone");
  assert.equal(successResultOf(inner), undefined);
});

test("a callback that returns a pending Deferred, holds the chain until that is fired", () => {
  const inner = new Deferred<string>();
  const outer = succeed("outer").addCallback(() => inner);
  assert.deepEqual([outer.called, outer.paused, outer.result], [true, 1, inner]);
  assertNoResult(outer);
  inner.callback("inner");
  assert.equal(outer.paused, 0);
  assert.equal(successResultOf(outer), "inner");
  assert.equal(successResultOf(inner), undefined);
});

test("a callback that returns a pending Deferred, hands on its failure too", () => {
  const inner = new Deferred<string>();
  const outer = succeed("outer").addCallback(() => inner);
  inner.errback(new NotFound("gone"));
  assert.equal(failureResultOf(outer, NotFound).message, "gone");
  assert.equal(successResultOf(inner), undefined);
});

test("an errback that returns a Deferred, is waited for as well", () => {
  const inner = new Deferred<string>();
  const outer = fail<string>(new NotFound("gone")).addErrback(() => inner);
  assertNoResult(outer);
  inner.callback("found");
  assert.equal(successResultOf(outer), "found");
});

test("a returned Deferred, hands over the result at that point of its chain: later callbacks get nothing", () => {
  const inner = new Deferred<number>();
  inner.addCallback((n) => n + 1);
  const outer = succeed(0).addCallback(() => inner);
  const late = resultsOf(inner);
  inner.callback(1);
  assert.equal(successResultOf(outer), 2);
  assert.deepEqual(late, [undefined]);
});

test("a returned Deferred, runs the waiting chain before what was added to its own chain later", () => {
  const order: string[] = [];
  const inner = new Deferred<void>();
  inner.addCallback(() => void order.push("inner, before"));
  succeed(undefined)
    .addCallback(() => inner)
    .addCallback(() => void order.push("outer"));
  inner.addCallback(() => void order.push("inner, after"));
  inner.callback();
  assert.deepEqual(order, ["inner, before", "outer", "inner, after"]);
});

test("a returned Deferred that waits itself, is waited for, though it has been fired", () => {
  const innermost = new Deferred<string>();
  const middle = succeed("middle").addCallback(() => innermost);
  const outer = succeed("outer").addCallback(() => middle);
  assert.deepEqual([outer.paused, outer.result], [1, middle]);
  innermost.callback("innermost");
  assert.equal(successResultOf(outer), "innermost");
});

test("a returned Deferred that waits for one that has a result, gives that result", () => {
  const innermost = new Deferred<string>();
  const middle = succeed("middle").addCallback(() => innermost);
  innermost.callback("innermost");
  assert.equal(successResultOf(succeed("outer").addCallback(() => middle)), "innermost");
});

test("a returned Deferred that is paused, is waited for until it is unpaused", () => {
  const inner = succeed("inner");
  inner.pause();
  const outer = succeed("outer").addCallback(() => inner);
  assertNoResult(outer);
  inner.unpause();
  assert.equal(successResultOf(outer), "inner");
});

test("a waiting Deferred that is paused too, goes on when it is unpaused, after the other has fired", () => {
  const inner = new Deferred<string>();
  const outer = succeed("outer").addCallback(() => inner);
  outer.pause();
  assert.equal(outer.paused, 2);
  inner.callback("inner");
  assert.equal(outer.paused, 1);
  assertNoResult(outer);
  outer.unpause();
  assert.equal(successResultOf(outer), "inner");
});

test("a waiting Deferred that is paused, holds up what was added to the other one later, until that is touched, as in Twisted", () => {
  const inner = new Deferred<string>();
  const outer = succeed("outer").addCallback(() => inner);
  outer.pause();
  const late = resultsOf(inner);
  inner.callback("inner");
  assert.deepEqual(late, []);
  inner.addCallback(() => undefined);
  assert.deepEqual(late, [undefined]);
  outer.unpause();
  assert.equal(successResultOf(outer), "inner");
});

test("a Deferred that supplied a waiting one, stops as well, when a callback of that one pauses it", () => {
  const inner = new Deferred<string>();
  const outer = succeed("outer").addCallback(() => inner);
  outer.addCallback(() => inner.pause());
  const late = resultsOf(inner);
  inner.callback("inner");
  assert.deepEqual(late, []);
  inner.unpause();
  assert.deepEqual(late, [undefined]);
});

test("callbacks of Deferreds inside each other, run in the order of the nesting", () => {
  const order: unknown[] = [];
  const innermost = new Deferred<string>();
  const outer = succeed("outer").addCallback((text) => {
    order.push(text);
    return succeed("middle")
      .addCallback((middle) => {
        order.push(middle);
        return innermost.addCallback((result) => [result]);
      })
      .addCallback((result) => {
        order.push(["after the wait", result]);
        return [...result, ...result];
      });
  });
  outer.addCallback((result) => void order.push(result));
  assert.deepEqual(order, ["outer", "middle"]);
  innermost.callback("x");
  assert.deepEqual(order, ["outer", "middle", ["after the wait", ["x"]], ["x", "x"]]);
});

test("callbacks that were added while the chain waits, run after those of the Deferred it waits for", () => {
  const order: string[] = [];
  const source = new Deferred<string>();
  const outer = new Deferred<string>();
  outer.addCallback(() => {
    const d = new Deferred<void>();
    d.addCallback(() => gatherResults([source]));
    d.addCallback(() => void order.push("inner"));
    d.callback();
    return d;
  });
  outer.addCallback(() => void order.push("outer"));
  outer.callback("go");
  outer.addCallback(() => void order.push("outer, added last"));
  assert.deepEqual(order, []);
  source.callback("x");
  assert.deepEqual(order, ["inner", "outer", "outer, added last"]);
});

test("two chains that wait for one Deferred, get its result in turn: the second gets nothing", () => {
  const inner = new Deferred<string>();
  const [first, second] = [succeed(1).addCallback(() => inner), succeed(2).addCallback(() => inner)];
  inner.callback("only once");
  assert.deepEqual([successResultOf(first), successResultOf(second)], ["only once", undefined]);
});

test("a callback, that is called while the Deferred it waits for is running, may add to that one", () => {
  const inner = new Deferred<string>();
  const seen: unknown[] = [];
  succeed("outer")
    .addCallback(() => inner)
    .addCallback((text) => {
      seen.push(text);
      // It has handed its result over, so it is free to go on at once.
      inner.addCallback((nothing) => void seen.push(nothing));
      seen.push("end");
    });
  inner.callback("inner");
  assert.deepEqual(seen, ["inner", undefined, "end"]);
});

test("a callback that returns the Deferred it belongs to, fails with a TypeError that says what is expected", () => {
  const d = new Deferred<unknown>();
  d.addCallback(() => d);
  d.callback(1);
  const error = failureResultOf(d, TypeError);
  assert.equal(
    error.message,
    "Cannot wait for a Deferred in its own callback: expected a callback to return another Deferred",
  );
});

test("Deferreds that wait for each other in a circle, wait for ever, and cancelling them does nothing", () => {
  for (const size of [2, 3, 4, 5]) {
    const circle = Array.from({ length: size }, () => new Deferred<unknown>());
    for (const [i, d] of circle.entries()) d.addCallback(() => circle[(i + 1) % size]);
    for (const d of circle) d.callback("go");
    for (const d of circle) {
      d.cancel();
      assert.deepEqual([d.called, d.paused], [true, 1]);
    }
    // One that waits for the circle from outside is not in it.
    const outside = succeed(1).addCallback(() => circle[0]);
    outside.cancel();
    assert.equal(outside.paused, 1);
  }
});

test("a promise that a callback returns, is waited for", async () => {
  const d = succeed(1).addCallback((n) => Promise.resolve(n + 1));
  assertNoResult(d);
  assert.equal(await d, 2);
  const failed = succeed(1).addCallback(async () => {
    throw new NotFound("gone");
  });
  await assert.rejects(failed.toPromise(), NotFound);
});

test("a thenable that a callback returns, is waited for, whoever made it", async () => {
  const thenable: PromiseLike<string> = {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    then: (resolve) => {
      void resolve?.("from a thenable");
      return Promise.resolve() as never;
    },
  };
  assert.equal(await succeed(1).addCallback(() => thenable), "from a thenable");
  const callable = Object.assign(() => undefined, thenable);
  assert.equal(await succeed(1).addCallback(() => callable), "from a thenable");
});

test("an object whose `then` throws when it is looked at, fails the chain", () => {
  const trap = {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    get then(): never {
      throw new NotFound("do not look");
    },
  };
  assert.equal(
    failureResultOf(
      succeed(1).addCallback(() => trap),
      NotFound,
    ).message,
    "do not look",
  );
});

test("an object with a `then` that is no function, is a plain result", () => {
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  const plain = { then: "tea" };
  assert.deepEqual(resultsOf(succeed(1).addCallback(() => plain)), [plain]);
});

test("a waiting Deferred, is handled by whom it waits for: the failure goes one way only", () => {
  const inner = new Deferred<string>();
  const outer = succeed("outer").addCallback(() => inner);
  const failure = new Failure(new NotFound("gone"));
  inner.errback(failure);
  assert.deepEqual([inner.result, outer.result], [undefined, failure]);
  failureResultOf(outer, NotFound);
});
