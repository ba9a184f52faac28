/** Deferreds and promises: `await`, `then`, `fromPromise`, `toPromise`, and `AbortSignal` in and out. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { AlreadyCalledError, CancelledError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { assertNoResult, failureResultOf, resultsOf, successResultOf } from "./results.ts";

class NotFound extends Error {}

/** How many wait for the signal to be aborted. */
function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").length;
}

test("await, gives the result, or throws the error itself", async () => {
  assert.equal(await succeed(3), 3);
  const error = new NotFound("gone");
  try {
    await fail(error);
    assert.fail("It did not throw");
  } catch (thrown) {
    assert.equal(thrown, error);
  }
});

test("await, waits for a pending Deferred, and for what its callbacks return", async () => {
  const d = new Deferred<number>();
  const awaited = (async () => `${await d.addCallback(async (n) => n + 1)}!`)();
  d.callback(1);
  assert.equal(await awaited, "2!");
});

test("await, leaves the result for the callbacks added later", async () => {
  const d = succeed(3);
  assert.equal(await d, 3);
  assert.equal(await d, 3);
  assert.equal(successResultOf(d), 3);
});

test("then, is taken by promise machinery: resolve, all, race, then of another promise", async () => {
  assert.equal(await Promise.resolve(succeed(1)), 1);
  assert.deepEqual(await Promise.all([succeed(1), succeed("two")]), [1, "two"]);
  assert.equal(await Promise.race([new Deferred<string>(), succeed("won")]), "won");
  assert.equal(await Promise.resolve().then(() => succeed("returned")), "returned");
  await assert.rejects(Promise.all([succeed(1), fail(new NotFound("gone"))]), NotFound);
});

test("then, answers a promise, with the handlers called later", async () => {
  const order: string[] = [];
  const promise = succeed(1).then((n) => {
    order.push("then");
    return n + 1;
  });
  order.push("after the call");
  assert.ok(promise instanceof Promise);
  assert.equal(await promise, 2);
  assert.deepEqual(order, ["after the call", "then"]);
  assert.equal(await fail(new NotFound("gone")).then(null, (error) => (error as Error).message), "gone");
});

test("toPromise, resolves with the result at this point of the chain", async () => {
  const d = new Deferred<number>();
  const promise = d.toPromise();
  d.addCallback((n) => n + 1);
  d.callback(1);
  assert.equal(await promise, 1);
  assert.equal(successResultOf(d), 2);
});

test("toPromise, rejects with the error, not with its Failure, and leaves the Failure in the chain", async () => {
  const error = new NotFound("gone");
  const d = fail(error);
  await assert.rejects(d.toPromise(), (thrown) => thrown === error);
  assert.equal(failureResultOf(d, NotFound), error);
});

test("toPromise, cancels the Deferred, when the signal is aborted", async () => {
  const abort = new AbortController();
  let cause: unknown;
  const d = new Deferred<number>((_, reason) => (cause = reason));
  const promise = d.toPromise({ signal: abort.signal });
  abort.abort("enough");
  assert.equal(cause, "enough");
  await assert.rejects(promise, { name: "CancelledError", cause: "enough" });
  failureResultOf(d, CancelledError);
});

test("toPromise, rejects, when the signal had been aborted, unless there is a result", async () => {
  const signal = AbortSignal.abort("enough");
  await assert.rejects(new Deferred<number>().toPromise({ signal }), { name: "CancelledError", cause: "enough" });
  assert.equal(await succeed(1).toPromise({ signal }), 1);
});

test("toPromise, lets go of the signal, when there is a result", async () => {
  const { signal } = new AbortController();
  const d = new Deferred<number>();
  const promise = d.toPromise({ signal });
  assert.equal(listeners(signal), 1);
  d.callback(1);
  assert.equal(listeners(signal), 0);
  assert.equal(await promise, 1);
});

test("fromPromise, gives what the promise gives", async () => {
  assert.equal(await Deferred.fromPromise(Promise.resolve(1)), 1);
  const failed = Deferred.fromPromise(Promise.reject(new NotFound("gone")));
  await assert.rejects(failed.toPromise(), NotFound);
  assert.equal(failureResultOf(failed, NotFound).message, "gone");
});

test("fromPromise, keeps a thenable of another maker to the rules: one answer, and later", async () => {
  const eager: PromiseLike<number> = {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    then: (resolve, reject) => {
      void resolve?.(1);
      void resolve?.(2);
      void reject?.(new NotFound("too late"));
      return Promise.resolve() as never;
    },
  };
  const d = Deferred.fromPromise(eager);
  assertNoResult(d);
  assert.equal(await d, 1);
  const breaking: PromiseLike<number> = {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    then: () => {
      throw new NotFound("broken thenable");
    },
  };
  await assert.rejects(Deferred.fromPromise(breaking).toPromise(), NotFound);
});

test("fromPromise, takes a function with a method then for a promise, and does not call it", async () => {
  const callable = Object.assign(() => assert.fail("It was called"), {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    then: (resolve: (n: number) => void) => resolve(1),
  });
  assert.equal(await Deferred.fromPromise(callable as unknown as PromiseLike<number>), 1);
});

test("fromPromise, fires the errbacks, when the promise gives a Failure", async () => {
  const d = Deferred.fromPromise<unknown>(Promise.resolve(new Failure(new NotFound("gone"))));
  await assert.rejects(d.toPromise(), NotFound);
});

test("fromPromise, takes an async function and gives it a signal that cancelling aborts", async () => {
  let aborted: unknown;
  const d = Deferred.fromPromise(
    (signal) =>
      new Promise<number>((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted = signal.reason;
          reject(signal.reason as Error);
        });
      }),
  );
  d.cancel("enough");
  assert.ok(aborted instanceof CancelledError);
  assert.equal(aborted.cause, "enough");
  assert.equal(failureResultOf(d, CancelledError).cause, "enough");
  await Promise.resolve();
  // The promise has answered meanwhile, in vain and without an error; any further firing is one.
  assert.throws(() => d.callback(1), AlreadyCalledError);
});

test("fromPromise, ignores the promise's late answer after cancel", async () => {
  for (const source of [Promise.resolve(1), Promise.reject<number>(new NotFound("gone"))]) {
    const d = Deferred.fromPromise(source);
    const results = resultsOf(d);
    d.cancel();
    await source.catch(() => undefined);
    assert.equal(results.length, 1);
  }
});

test("fromPromise, is cancelled by a signal, and lets go of it when the promise has answered", async () => {
  const abort = new AbortController();
  let seen: AbortSignal | undefined;
  const pending = Deferred.fromPromise<number>(
    (signal) => {
      seen = signal;
      return new Promise(() => undefined);
    },
    { signal: abort.signal },
  );
  const answered = Deferred.fromPromise(Promise.resolve(1), { signal: abort.signal });
  assert.equal(await answered, 1);
  assert.equal(listeners(abort.signal), 1);
  abort.abort("enough");
  assert.equal(seen?.aborted, true);
  assert.equal(failureResultOf(pending, CancelledError).cause, "enough");
  assert.equal(listeners(abort.signal), 0);
});

test("fromPromise, refuses what is no promise and says what is expected", () => {
  const refused = {
    name: "TypeError",
    message: /^Cannot make a Deferred from .+: expected a promise or a function that answers one$/,
  };
  for (const value of [1, undefined, null, "text", {}, () => 1]) {
    assert.throws(() => Deferred.fromPromise(value as never), refused);
  }
});

test("fromCoroutine, makes a Deferred for an async function or its promise", async () => {
  const double = async (n: number): Promise<number> => n * 2;
  assert.equal(await Deferred.fromCoroutine(double(2)), 4);
  const signals: boolean[] = [];
  const d = Deferred.fromCoroutine(async (signal) => void signals.push(signal.aborted));
  await d;
  assert.deepEqual(signals, [false]);
});

test("fromSignal, fails with CancelledError and the signal's reason, when the signal is aborted", () => {
  const abort = new AbortController();
  const d = Deferred.fromSignal(abort.signal);
  assertNoResult(d);
  abort.abort("enough");
  assert.equal(failureResultOf(d, CancelledError).cause, "enough");
  const before = Deferred.fromSignal(AbortSignal.abort("already"));
  assert.equal(failureResultOf(before, CancelledError).cause, "already");
});

test("fromSignal, lets go of the signal, when it is cancelled", () => {
  const { signal } = new AbortController();
  const d = Deferred.fromSignal(signal);
  assert.equal(listeners(signal), 1);
  d.cancel();
  assert.equal(listeners(signal), 0);
  failureResultOf(d, CancelledError);
});

test("Deferred.catch, makes a Deferred something that assert.rejects takes", async () => {
  await assert.rejects(fail(new RangeError("too far")) as unknown as Promise<never>, RangeError);
  assert.equal(await fail(new RangeError("too far")).catch((error: unknown) => (error as Error).message), "too far");
  assert.equal(await succeed(3).catch(() => 4), 3);
});
