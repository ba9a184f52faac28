/** The chain: callbacks, errbacks, pairs, what they return and throw, pausing, `chainDeferred`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import type { CallbackArguments } from "../../src/deferred/deferred.ts";
import { AlreadyCalledError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { assertNoResult, failureResultOf, resultsOf, successResultOf } from "./results.ts";

class NotFound extends Error {}

test("callback, hands its argument to the callbacks, in the order they were added, each with what the one before returned", () => {
  const seen: unknown[] = [];
  const d = new Deferred<number>();
  d.addCallback((n) => (seen.push(n), n + 1))
    .addCallback((n) => (seen.push(n), `${n}!`))
    .addCallback((s) => void seen.push(s));
  assert.deepEqual(seen, []);
  d.callback(1);
  assert.deepEqual(seen, [1, 2, "2!"]);
});

test("addCallback, calls at once, on a Deferred that has a result", () => {
  const seen: number[] = [];
  const d = succeed(1);
  d.addCallback((n) => void seen.push(n));
  assert.deepEqual(seen, [1]);
  assert.equal(successResultOf(d), undefined);
});

test("add methods, answer the Deferred itself, so that a chain is one object", () => {
  const d = new Deferred<number>();
  const [pass, other] = [(value: unknown) => value, new Deferred<number>()];
  for (const same of [d.addCallback(pass), d.addErrback(pass), d.addBoth(pass), d.addCallbacks(pass, pass)]) {
    assert.equal(same, d);
  }
  assert.equal(d.chainDeferred(other), d);
});

test("errback, hands a Failure to the errbacks, past the callbacks before them", () => {
  const d = new Deferred<string>();
  const error = new NotFound("gone");
  let received: unknown;
  d.addCallback(() => assert.fail("A callback was called for a failure"))
    .addErrback((failure) => void (received = failure))
    .addErrback(() => assert.fail("An errback was called for a result"));
  d.errback(error);
  assert.ok(received instanceof Failure);
  assert.equal(received.value, error);
  assert.equal(successResultOf(d), undefined);
});

test("errback, keeps a Failure that it is given, and wraps what is no error", () => {
  const failure = new Failure(new NotFound("gone"));
  const [kept] = resultsOf(fail(failure));
  assert.equal(kept, failure);
  for (const odd of ["text", 0, null, undefined]) {
    const [wrapped] = resultsOf(fail(odd));
    assert.ok(wrapped instanceof Failure);
    assert.equal(wrapped.value, odd);
  }
});

test("callback, fires the errbacks, when it is given a Failure", () => {
  const d = new Deferred<unknown>();
  d.callback(new Failure(new NotFound("gone")));
  assert.equal(failureResultOf(d, NotFound).message, "gone");
});

test("callback, makes the chain go on with errbacks, when it throws or returns a Failure", () => {
  const thrown = new NotFound("thrown");
  for (const broken of [
    succeed(1).addCallback(() => {
      throw thrown;
    }),
    succeed(1).addCallback(() => new Failure(thrown)),
    succeed(1).addCallback(() => {
      // A Failure is thrown as it is, not wrapped once more.
      throw new Failure(thrown);
    }),
  ]) {
    assert.equal(failureResultOf(broken, NotFound), thrown);
  }
});

test("errback, makes the chain go on with callbacks, when it returns a value, and with errbacks, when it throws", () => {
  const mended = fail<string>(new NotFound("gone")).addErrback(() => 404);
  assert.equal(successResultOf(mended), 404);
  const again = fail(new NotFound("gone")).addErrback((failure) => {
    throw new RangeError("worse", { cause: failure.value });
  });
  assert.ok(failureResultOf(again, RangeError).cause instanceof NotFound);
  const same = fail(new NotFound("gone")).addErrback((failure) => failure);
  assert.equal(failureResultOf(same, NotFound).message, "gone");
});

test("addCallbacks, makes a pair of which one is called: an error in its callback passes by its errback", () => {
  const d = new Deferred<number>();
  const seen: string[] = [];
  d.addCallbacks(
    () => {
      throw new NotFound("from the callback");
    },
    () => void seen.push("the same pair"),
  ).addErrback((failure) => void seen.push(failure.getErrorMessage()));
  d.callback(1);
  assert.deepEqual(seen, ["from the callback"]);
});

test("addCallbacks, lets failures pass, where there is no errback", () => {
  for (const none of [undefined, null]) {
    const d = fail(new NotFound("gone")).addCallbacks(() => 1, none);
    assert.equal(failureResultOf(d, NotFound).message, "gone");
  }
});

test("addBoth, calls one function for a result and for a failure", () => {
  assert.equal(successResultOf(succeed(1).addBoth((result) => [result])).length, 1);
  const [shown] = successResultOf(fail(new NotFound("gone")).addBoth((result) => [result]));
  assert.ok(shown instanceof Failure);
});

test("add methods, hand on extra arguments", () => {
  assert.deepEqual(successResultOf(succeed(1).addCallback((n, s: string, b: boolean) => [n, s, b], "x", true)), [
    1,
    "x",
    true,
  ]);
  const failed = fail(new NotFound("gone")).addErrback((failure, n: number) => [failure.getErrorMessage(), n], 7);
  assert.deepEqual(successResultOf(failed), ["gone", 7]);
  assert.deepEqual(successResultOf(succeed(1).addBoth((result, s: string) => [result, s], "y")), [1, "y"]);
  const args: CallbackArguments<[string], [string, number]> = { callbackArgs: ["c"], errbackArgs: ["e", 2] };
  const both = (d: Deferred<number>) =>
    d.addCallbacks(
      (n, s: string) => `${n}${s}`,
      (f, s: string, n: number) => `${f.getErrorMessage()}${s}${n}`,
      args,
    );
  assert.equal(successResultOf(both(succeed(1))), "1c");
  assert.equal(successResultOf(both(fail(new Error("x")))), "xe2");
});

test("addCallbacks, calls without extra arguments the function that was given none", () => {
  const lengths = (callbackArgs: [] | [string]) =>
    successResultOf(
      succeed(1).addCallbacks((...all: [number, ...string[]]) => all.length, undefined, { callbackArgs }),
    );
  assert.deepEqual([lengths([]), lengths(["x"])], [1, 2]);
  const withoutEither = succeed(1).addCallbacks((...all: [number]) => all.length, null, {});
  assert.equal(successResultOf(withoutEither), 1);
});

test("addCallback, called by a callback of the same chain, adds to its end and calls nothing meanwhile", () => {
  const order: string[] = [];
  const d = new Deferred<void>();
  d.addCallback(() => {
    d.addCallback(() => void order.push("added by the first"));
    order.push("first");
  }).addCallback(() => void order.push("second"));
  d.callback();
  assert.deepEqual(order, ["first", "second", "added by the first"]);
});

test("addCallback, called by a callback, sees that what it added failed", () => {
  const d = new Deferred<void>();
  d.addCallback(() => {
    d.addCallback(() => {
      throw new NotFound("added");
    });
  });
  d.callback();
  assert.equal(failureResultOf(d, NotFound).message, "added");
});

test("called and result, tell the state: pending, a value, a Failure, nothing once it was taken", () => {
  const d = new Deferred<number>();
  assert.deepEqual([d.called, d.result, d.paused], [false, undefined, 0]);
  d.callback(3);
  assert.deepEqual([d.called, d.result], [true, 3]);
  d.addCallback(() => {
    throw new NotFound("gone");
  });
  assert.ok(d.result instanceof Failure);
  d.addErrback(() => undefined);
  assert.deepEqual([d.called, d.result], [true, undefined]);
});

for (const [first, second] of [
  ["callback", "callback"],
  ["callback", "errback"],
  ["errback", "callback"],
  ["errback", "errback"],
] as const) {
  test(`${second}, throws AlreadyCalledError and leaves the result, after ${first}`, () => {
    const d = new Deferred<unknown>();
    const results = resultsOf(d);
    d[first]("first");
    assert.throws(() => d[second]("second"), {
      constructor: AlreadyCalledError,
      code: "ERR_DEFERRED_ALREADY_CALLED",
      message: "Cannot fire a Deferred twice: it has been fired already",
    });
    assert.equal(results.length, 1);
  });
}

test("callback, refuses a Deferred and a promise and leaves the Deferred unfired", () => {
  const d = new Deferred<unknown>();
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  for (const thenable of [new Deferred(), Promise.resolve(1), { then: () => undefined }]) {
    assert.throws(() => d.callback(thenable), {
      name: "TypeError",
      message:
        /^Cannot fire a Deferred with a Deferred or a promise: expected a plain result; .*chainDeferred or fromPromise$/,
    });
  }
  assert.equal(d.called, false);
  d.callback("plain");
  assert.equal(successResultOf(d), "plain");
});

test("errback, refuses to be called without a reason and leaves the Deferred unfired", () => {
  const d = new Deferred();
  // @ts-expect-error -- a reason is needed
  assert.throws(() => d.errback(), { name: "TypeError", message: /expected a Failure or an error$/ });
  assert.equal(d.called, false);
});

test("add methods, refuse what is no function and leave the chain as it was", () => {
  const d = new Deferred<number>();
  const refused = { name: "TypeError", message: /^Cannot call .+: expected a function$/ };
  const bad = [undefined, null, 5, "text", {}] as unknown as (() => void)[];
  for (const value of bad) {
    assert.throws(() => d.addCallback(value), refused);
    assert.throws(() => d.addCallback(value, ...([1] as unknown as [])), refused);
    assert.throws(() => d.addErrback(value), refused);
    assert.throws(() => d.addBoth(value), refused);
    assert.throws(() => d.addCallbacks(value, () => undefined), refused);
    if (value != null) assert.throws(() => d.addCallbacks(() => undefined, value), refused);
  }
  d.callback(1);
  assert.equal(successResultOf(d), 1);
});

test("new Deferred, refuses a canceller that is no function", () => {
  assert.throws(() => new Deferred(null as never), {
    name: "TypeError",
    message: "Cannot call null: expected a function",
  });
});

test("pause, holds the chain until unpause was called as often", () => {
  const d = new Deferred<number>();
  const seen: number[] = [];
  d.addCallback((n) => void seen.push(n));
  d.pause();
  d.pause();
  d.callback(1);
  assert.deepEqual([d.called, d.paused, seen.length], [true, 2, 0]);
  d.unpause();
  assert.deepEqual([d.paused, seen.length], [1, 0]);
  d.addCallback(() => void seen.push(2));
  assert.deepEqual(seen, []);
  d.unpause();
  assert.deepEqual([d.paused, seen], [0, [1, 2]]);
});

test("unpause, calls nothing, before the Deferred is fired", () => {
  const d = new Deferred<number>();
  d.pause();
  d.unpause();
  assertNoResult(d);
  d.callback(1);
  assert.equal(successResultOf(d), 1);
});

test("pause, keeps a failure too", () => {
  const d = new Deferred<number>();
  d.pause();
  d.errback(new NotFound("gone"));
  const results = resultsOf(d);
  assert.equal(results.length, 0);
  d.unpause();
  assert.ok(results[0] instanceof Failure);
});

test("pause, called by a callback, does not stop the callbacks that are being called, as in Twisted", () => {
  const d = new Deferred<void>();
  const order: number[] = [];
  d.addCallback(() => d.pause()).addCallback(() => void order.push(1));
  d.callback();
  assert.deepEqual(order, [1]);
  d.addCallback(() => void order.push(2));
  assert.deepEqual(order, [1]);
  d.unpause();
  assert.deepEqual(order, [1, 2]);
});

test("unpause, called by a callback of the same chain, does not call the callbacks twice", () => {
  const d = new Deferred<void>();
  const order: number[] = [];
  d.pause();
  d.addCallback(() => {
    d.pause();
    d.unpause();
    order.push(1);
  }).addCallback(() => void order.push(2));
  d.callback();
  d.unpause();
  assert.deepEqual(order, [1, 2]);
});

test("chainDeferred, fires the other with the result or the failure at this point of the chain", () => {
  const [d, other] = [new Deferred<number>(), new Deferred<number>()];
  const rest = d.addCallback((n) => n + 1).chainDeferred(other);
  d.callback(1);
  assert.equal(successResultOf(other), 2);
  assert.equal(successResultOf(rest), undefined);

  const failed = new Deferred<never>();
  const nothing = fail(new NotFound("gone")).chainDeferred(failed);
  assert.equal(failureResultOf(failed, NotFound).message, "gone");
  assert.equal(successResultOf(nothing), undefined);
});

test("chainDeferred, leaves this Deferred alone, when the other is fired, and fails, when the other had been fired", () => {
  const [d, other] = [new Deferred<number>(), new Deferred<number>()];
  d.chainDeferred(other);
  other.callback(1);
  assertNoResult(d);
  d.callback(2);
  failureResultOf(d, AlreadyCalledError);
  assert.equal(successResultOf(other), 1);
});

test("chainDeferred, refuses what is no Deferred and leaves the chain as it was", () => {
  const d = succeed(1);
  assert.throws(() => d.chainDeferred(Promise.resolve(1) as never), {
    name: "TypeError",
    message: /^Cannot chain Promise[^]*: expected a Deferred$/,
  });
  assert.equal(successResultOf(d), 1);
});
