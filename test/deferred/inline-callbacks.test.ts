import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { AlreadyCalledError, CancelledError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { ensureDeferred, inlineCallbacks, wait } from "../../src/deferred/inline-callbacks.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { assertNoResult, failureResultOf, resultsOf, successResultOf } from "./results.ts";

class NotFound extends Error {}

test("inlineCallbacks, hands the arguments and this to the generator function, and gives what it returns", () => {
  const counter = {
    step: 10,
    add: inlineCallbacks(function* (this: { step: number }, n: number, text: string) {
      return `${text}${this.step + (yield* wait(n))}`;
    }),
  };
  assert.equal(successResultOf(counter.add(1, "n = ")), "n = 11");
});

test("inlineCallbacks, starts the generator at once and stops it at the first wait", () => {
  const order: string[] = [];
  const inner = new Deferred<string>();
  const d = inlineCallbacks(function* () {
    order.push("started");
    order.push(yield* wait(inner));
    return "done";
  })();
  order.push("after the call");
  assertNoResult(d);
  inner.callback("result");
  assert.deepEqual(order, ["started", "after the call", "result"]);
  assert.equal(successResultOf(d), "done");
});

test("inlineCallbacks, goes on at once, with what is fired already and with what is no Deferred", () => {
  const d = inlineCallbacks(function* () {
    const a = yield* wait(succeed(1));
    const b = yield* wait(2);
    const c: number = yield succeed(3);
    const plain: number = yield 4;
    return [a, b, c, plain];
  })();
  assert.deepEqual(successResultOf(d), [1, 2, 3, 4]);
});

test("inlineCallbacks, waits for promises and other thenables", async () => {
  const d = inlineCallbacks(function* () {
    const a = yield* wait(Promise.resolve(1));
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    const b = yield* wait({ then: (resolve: (n: number) => void) => resolve(2) } as unknown as PromiseLike<number>);
    return a + b;
  })();
  assertNoResult(d);
  assert.equal(await d, 3);
});

test("inlineCallbacks, throws the error of a failure at the yield, where the generator may catch it", () => {
  const error = new NotFound("gone");
  const caught = inlineCallbacks(function* (awaited: Deferred<string>) {
    try {
      return yield* wait(awaited);
    } catch (thrown) {
      return thrown;
    }
  });
  assert.equal(successResultOf(caught(fail(error))), error);
  const later = new Deferred<string>();
  const d = caught(later);
  later.errback(error);
  assert.equal(successResultOf(d), error);
  const yielded = inlineCallbacks(function* () {
    yield new Failure(error);
  })();
  assert.equal(failureResultOf(yielded, NotFound), error);
});

test("inlineCallbacks, fails with what the generator throws, before, at and after a wait", () => {
  const error = new NotFound("gone");
  const throws = inlineCallbacks(function* (early: boolean, awaited: Deferred<string>) {
    if (early) throw error;
    yield* wait(awaited);
    throw error;
  });
  assert.equal(failureResultOf(throws(true, succeed("x")), NotFound), error);
  assert.equal(failureResultOf(throws(false, succeed("x")), NotFound), error);
  assert.equal(failureResultOf(throws(false, fail(error)), NotFound), error);
  const pending = new Deferred<string>();
  const d = throws(false, pending);
  pending.callback("x");
  assert.equal(failureResultOf(d, NotFound), error);
  const failure = new Failure(error);
  const throwsFailure = inlineCallbacks(function* () {
    yield 1;
    throw failure;
  })();
  assert.equal(resultsOf(throwsFailure)[0], failure);
});

test("inlineCallbacks, runs the finally blocks and lets them wait", () => {
  const order: string[] = [];
  const [work, cleanup] = [new Deferred<string>(), new Deferred<void>()];
  const d = inlineCallbacks(function* () {
    try {
      return yield* wait(work);
    } finally {
      order.push("cleaning up");
      yield* wait(cleanup);
      order.push("clean");
    }
  })();
  work.errback(new NotFound("gone"));
  assert.deepEqual(order, ["cleaning up"]);
  assertNoResult(d);
  cleanup.callback();
  assert.deepEqual(order, ["cleaning up", "clean"]);
  failureResultOf(d, NotFound);
});

test("inlineCallbacks, waits for a Deferred or a promise that the generator returns", async () => {
  const returned = new Deferred<string>();
  const d = inlineCallbacks(function* () {
    yield* wait(1);
    return returned;
  })();
  assertNoResult(d);
  returned.callback("in the end");
  assert.equal(successResultOf(d), "in the end");

  const [first, second] = [new Deferred<void>(), new Deferred<string>()];
  const later = inlineCallbacks(function* () {
    yield* wait(first);
    return second;
  })();
  first.callback();
  second.errback(new NotFound("gone"));
  failureResultOf(later, NotFound);

  const atOnce = inlineCallbacks(function* () {
    yield* wait(1);
    return succeed("has its result");
  })();
  assert.equal(successResultOf(atOnce), "has its result");

  const promised = inlineCallbacks(function* () {
    return yield* wait(Promise.resolve(Promise.resolve(1)));
  });
  assert.equal(await promised(), 1);
});

test("inlineCallbacks, takes the result of what it waits for: that has none any more", () => {
  const inner = new Deferred<string>();
  const d = inlineCallbacks(function* () {
    return yield* wait(inner);
  })();
  inner.callback("taken");
  assert.equal(successResultOf(d), "taken");
  assert.equal(successResultOf(inner), undefined);
});

test("inlineCallbacks, gives a new run for each call", () => {
  const twice = inlineCallbacks(function* (d: Deferred<number>) {
    return 2 * (yield* wait(d));
  });
  const [a, b] = [new Deferred<number>(), new Deferred<number>()];
  const [first, second] = [twice(a), twice(b)];
  b.callback(2);
  a.callback(1);
  assert.deepEqual([successResultOf(first), successResultOf(second)], [2, 4]);
});

test("inlineCallbacks, refuses what is no generator function", () => {
  assert.throws(() => inlineCallbacks(5 as never), {
    name: "TypeError",
    message: "Cannot inline the callbacks of 5: expected a generator function",
  });
  const plain = inlineCallbacks(function answers() {
    return 5 as never;
  });
  assert.throws(plain, {
    name: "TypeError",
    message: "Cannot inline the callbacks of answers: it answered 5, expected a generator",
  });
  const anonymous = inlineCallbacks((() => async function* () {})() as never);
  assert.throws(anonymous, {
    name: "TypeError",
    message: /^Cannot inline the callbacks of a function: it answered .*AsyncGenerator.*, expected a generator$/,
  });
});

test("cancel, reaches what the generator waits for, and fails with what that makes of it", () => {
  let cause: unknown;
  const inner = new Deferred<string>((_, reason) => (cause = reason));
  const d = inlineCallbacks(function* () {
    return yield* wait(inner);
  })();
  d.cancel("enough");
  assert.equal(cause, "enough");
  assert.equal(failureResultOf(d, CancelledError).cause, "enough");
});

test("cancel, leaves it to the generator what becomes of it", () => {
  const d = inlineCallbacks(function* () {
    try {
      return yield* wait(new Deferred<string>());
    } catch (error) {
      return error;
    }
  })();
  d.cancel();
  assert.ok(successResultOf(d) instanceof CancelledError);
});

test("cancel, shows the callbacks added to the Deferred only what the generator makes of it", () => {
  const seen: unknown[] = [];
  const cleanup = new Deferred<void>();
  const d = inlineCallbacks(function* () {
    try {
      yield* wait(new Deferred<string>());
    } finally {
      yield* wait(cleanup);
    }
  })();
  d.addBoth((result) => void seen.push(result));
  d.cancel();
  assert.equal(d.called, true);
  assert.equal(seen.length, 0);
  cleanup.callback();
  assert.equal(seen.length, 1);
  const [failure] = seen;
  assert.ok(failure instanceof Failure && failure.check(CancelledError));
});

test("cancel, goes down through coroutines that wait for each other", () => {
  let cancelled = 0;
  const innermost = new Deferred<string>(() => void cancelled++);
  const nest = inlineCallbacks(function* (depth: number): Generator<unknown, string, never> {
    return yield* wait(depth === 0 ? innermost : nest(depth - 1));
  });
  const d = nest(5);
  d.cancel();
  assert.equal(cancelled, 1);
  failureResultOf(d, CancelledError);
});

test("cancel, works again, where the generator goes on with another wait", () => {
  const cancelled: string[] = [];
  const first = new Deferred<string>(() => void cancelled.push("first"));
  const second = new Deferred<string>(() => void cancelled.push("second"));
  const d = inlineCallbacks(function* () {
    try {
      yield* wait(first);
    } catch {
      return yield* wait(second);
    }
    return "not reached";
  })();
  d.cancel();
  assert.deepEqual(cancelled, ["first"]);
  assertNoResult(d);
  d.cancel();
  assert.deepEqual(cancelled, ["first", "second"]);
  failureResultOf(d, CancelledError);
});

test("cancel, reaches a Deferred that the generator has returned, with and without a wait before", () => {
  for (const waits of [false, true]) {
    let cancelled = 0;
    const returned = new Deferred<string>(() => void cancelled++);
    const start = new Deferred<void>();
    const d = inlineCallbacks(function* () {
      if (waits) yield* wait(start);
      return returned;
    })();
    start.callback();
    d.cancel();
    assert.equal(cancelled, 1);
    failureResultOf(d, CancelledError);
  }
});

test("cancel, called from inside the generator, does not stop it", () => {
  const start = new Deferred<void>();
  const last = new Deferred<string>();
  const d: Deferred<string> = inlineCallbacks(function* () {
    yield* wait(start);
    d.cancel();
    return yield* wait(last);
  })();
  start.callback();
  assertNoResult(d);
  last.callback("to the end");
  assert.equal(successResultOf(d), "to the end");
});

test("cancel, after the end, does nothing", () => {
  const d = inlineCallbacks(function* () {
    return yield* wait(succeed(1));
  })();
  d.cancel();
  assert.equal(successResultOf(d), 1);
});

test("a coroutine, may be cancelled by the signal of a promise that waits for it", async () => {
  const abort = new AbortController();
  const d = inlineCallbacks(function* () {
    yield* wait(new Deferred<string>());
  })();
  const promise = d.toPromise({ signal: abort.signal });
  abort.abort("enough");
  await assert.rejects(promise, { name: "CancelledError", cause: "enough" });
});

test("inlineCallbacks, keeps the AsyncLocalStorage context of its caller across every wait", () => {
  const request = new AsyncLocalStorage<string>();
  const waits = [new Deferred<void>(), new Deferred<void>(), new Deferred<void>()];
  const seen: (string | undefined)[] = [];
  const d = request.run("caller", () =>
    inlineCallbacks(function* () {
      seen.push(request.getStore());
      for (const each of waits) {
        try {
          yield* wait(each);
        } catch {
          // Its failure is as good as a result here.
        }
        seen.push(request.getStore());
      }
      yield* wait(succeed());
      return request.getStore();
    })(),
  );
  waits[0]?.callback();
  request.run("another", () => waits[1]?.errback(new NotFound("gone")));
  request.run("a third", () => waits[2]?.callback());
  assert.deepEqual(seen, ["caller", "caller", "caller", "caller"]);
  assert.equal(successResultOf(d), "caller");
});

test("inlineCallbacks, keeps the contexts of two coroutines apart that wait in turn", () => {
  const request = new AsyncLocalStorage<number>();
  const ticks = Array.from({ length: 4 }, () => new Deferred<void>());
  const seen: unknown[] = [];
  const follow = inlineCallbacks(function* (mine: Deferred<void>[]) {
    for (const tick of mine) {
      yield* wait(tick);
      seen.push(request.getStore());
    }
  });
  request.run(1, () => void follow(ticks.filter((_, i) => i % 2 === 0)));
  request.run(2, () => void follow(ticks.filter((_, i) => i % 2 === 1)));
  for (const tick of ticks) tick.callback();
  assert.deepEqual(seen, [1, 2, 1, 2]);
});

test("a thing that is fired twice, cannot resume a coroutine twice", () => {
  const inner = new Deferred<string>();
  const d = inlineCallbacks(function* () {
    const first = yield* wait(inner);
    return first;
  })();
  inner.callback("once");
  assert.throws(() => inner.callback("twice"), AlreadyCalledError);
  assert.equal(successResultOf(d), "once");
});

test("ensureDeferred, gives a Deferred as it is", () => {
  const d = new Deferred<string>();
  assert.equal(ensureDeferred(d), d);
});

test("ensureDeferred, makes a Deferred of an async function, a promise or a generator", async () => {
  assert.equal(await ensureDeferred(async () => 1), 1);
  assert.equal(await ensureDeferred(Promise.resolve(2)), 2);
  const generator = (function* () {
    return 1 + (yield* wait(succeed(2)));
  })();
  assert.equal(successResultOf(ensureDeferred(generator)), 3);
});

test("ensureDeferred, aborts the signal of the async function, when it is cancelled", () => {
  let seen: AbortSignal | undefined;
  const d = ensureDeferred((signal) => {
    seen = signal;
    return new Promise<void>(() => undefined);
  });
  d.cancel();
  assert.equal(seen?.aborted, true);
  failureResultOf(d, CancelledError);
});

test("ensureDeferred, refuses anything else", () => {
  for (const value of [1, undefined, null, "text", {}, function* () {}, () => 5]) {
    assert.throws(() => ensureDeferred(value as never), {
      name: "TypeError",
      message:
        /^Cannot make a Deferred from [^]+: expected (an async function, a promise, a generator or a Deferred|a promise or a function that answers one)$/,
    });
  }
});
