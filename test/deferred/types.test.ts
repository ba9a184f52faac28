/**
 * What the compiler knows of the Deferred family. A wrong type breaks the build, and with it every test; run, these tests only see that
 * what is typed so also exists.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectTypeOf } from "expect-type";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { DeferredList, gatherResults } from "../../src/deferred/deferred-list.ts";
import type { DeferredListOptions, Outcome } from "../../src/deferred/deferred-list.ts";
import { DeferredLock } from "../../src/deferred/deferred-lock.ts";
import { DeferredQueue } from "../../src/deferred/deferred-queue.ts";
import { DeferredSemaphore } from "../../src/deferred/deferred-semaphore.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { ensureDeferred, inlineCallbacks, wait } from "../../src/deferred/inline-callbacks.ts";
import { execute, fail, maybeDeferred, succeed } from "../../src/deferred/maybe-deferred.ts";
import { race } from "../../src/deferred/race.ts";
import { resultsOf } from "./results.ts";

class NotFound extends Error {
  readonly path: string = "/";
}

class Forbidden extends Error {
  readonly user: string = "root";
}

const text = (): Deferred<string> => succeed<string>("text");

/** Looks at the result, so that no failure is left behind. */
function settle(...deferreds: Deferred<unknown>[]): void {
  for (const d of deferreds) assert.equal(resultsOf(d).length, 1);
}

test("addCallback, makes the chain one of what the callback returns", () => {
  expectTypeOf(text().addCallback((s) => s.length)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(text().addCallback(() => undefined)).toEqualTypeOf<Deferred<undefined>>();
  expectTypeOf(text().addCallback((s): void => void s)).toEqualTypeOf<Deferred<void>>();
  const thrower = text().addCallback(() => {
    throw new NotFound();
  });
  expectTypeOf(thrower).toEqualTypeOf<Deferred<never>>();
  settle(thrower);
});

test("addCallback, waits: the chain is one of what a Deferred, a promise or a thenable gives", () => {
  expectTypeOf(text().addCallback((s) => succeed(s.length))).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(text().addCallback(async (s) => s.length)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(text().addCallback((s): number | Deferred<boolean> => s.length)).toEqualTypeOf<
    Deferred<number | boolean>
  >();
  expectTypeOf(text().addCallback((s) => s as unknown as PromiseLike<Date>)).toEqualTypeOf<Deferred<Date>>();
});

test("addCallback, goes on with values: a Failure that is returned is none", () => {
  const d = text().addCallback((s) => (s === "" ? new Failure(new NotFound()) : s.length));
  expectTypeOf(d).toEqualTypeOf<Deferred<number>>();
});

test("addErrback, makes the chain one of either", () => {
  expectTypeOf(text().addErrback(() => 404)).toEqualTypeOf<Deferred<string | number>>();
  expectTypeOf(text().addErrback((failure) => failure)).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(text().addErrback((failure) => failure.raiseException())).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(text().addErrback(() => new Deferred<boolean>())).toEqualTypeOf<Deferred<string | boolean>>();
  text().addErrback((failure) => expectTypeOf(failure).toEqualTypeOf<Failure>());
});

test("addBoth, gets either and makes the chain one of what it returns", () => {
  const d = text().addBoth((result) => {
    expectTypeOf(result).toEqualTypeOf<string | Failure>();
    return 1;
  });
  expectTypeOf(d).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(text().addBoth((result) => result)).toEqualTypeOf<Deferred<string>>();
});

test("addCallbacks, makes the chain one of what either returns", () => {
  const d = text().addCallbacks(
    (s) => s.length,
    (failure) => failure.getErrorMessage(),
  );
  expectTypeOf(d).toEqualTypeOf<Deferred<string | number>>();
  expectTypeOf(text().addCallbacks((s) => s.length)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(text().addCallbacks((s) => s.length, null)).toEqualTypeOf<Deferred<number>>();
});

test("extra arguments, are typed by the functions that get them", () => {
  expectTypeOf(text().addCallback((s, n: number, b?: boolean) => `${s}${n}${b}`, 1)).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(text().addErrback((_, n: number) => n, 1)).toEqualTypeOf<Deferred<string | number>>();
  expectTypeOf(text().addBoth((_, d: Date) => d, new Date())).toEqualTypeOf<Deferred<Date>>();
  const both = text().addCallbacks(
    (_, n: number) => n,
    (_, flag: boolean, d: Date) => [flag, d] as const,
    { callbackArgs: [1], errbackArgs: [true, new Date()] },
  );
  expectTypeOf(both).toEqualTypeOf<Deferred<number | readonly [boolean, Date]>>();

  const d = text();
  const needs = (s: string, n: number): string => s.repeat(n);
  // Not called: only the compiler is to see these.
  void (() => {
    // @ts-expect-error -- an argument is missing
    d.addCallback(needs);
    // @ts-expect-error -- it is of another type
    d.addCallback(needs, "1");
    // @ts-expect-error -- there is one too many
    d.addCallback(needs, 1, 2);
    // @ts-expect-error -- an argument is missing
    d.addErrback((_, n: number) => n);
    // @ts-expect-error -- an argument is missing
    d.addCallbacks(needs);
    // @ts-expect-error -- it is of another type
    d.addCallbacks(needs, undefined, { callbackArgs: ["1"] });
    // @ts-expect-error -- the chain has strings, not numbers
    d.addCallback((n: number) => n);
  });
});

test("trap, check and trapValue, are typed by the classes they are given, the language's own among them", () => {
  const failure: Failure = new Failure(new NotFound());
  expectTypeOf(failure.check(NotFound)).toEqualTypeOf<typeof NotFound | null>();
  expectTypeOf(failure.trap(NotFound, Forbidden)).toEqualTypeOf<typeof NotFound | typeof Forbidden>();
  expectTypeOf(failure.trapValue(NotFound)).toEqualTypeOf<NotFound>();
  expectTypeOf(failure.trapValue(Forbidden, NotFound)).toEqualTypeOf<NotFound | Forbidden>();
  expectTypeOf(failure.trap(RangeError, NotFound)).toEqualTypeOf<RangeErrorConstructor | typeof NotFound>();
  expectTypeOf<ReturnType<typeof failure.trapValue<[typeof AggregateError]>>>().toEqualTypeOf<AggregateError>();
  expectTypeOf<ReturnType<typeof failure.trapValue<[abstract new () => Date]>>>().toEqualTypeOf<Date>();

  const mended = fail<string>(new NotFound()).addErrback((f) => f.trapValue(NotFound).path);
  expectTypeOf(mended).toEqualTypeOf<Deferred<string>>();
  const either = fail<string>(new NotFound()).addErrback((f) => f.trapValue(NotFound, Forbidden));
  expectTypeOf(either).toEqualTypeOf<Deferred<string | NotFound | Forbidden>>();
  expectTypeOf(new Failure(new NotFound()).value).toEqualTypeOf<NotFound>();
  expectTypeOf(failure.value).toEqualTypeOf<unknown>();
});

test("a Deferred, is one of whatever its result is one of, as a promise is", () => {
  const wider: Deferred<string | number> = text();
  const widest: Deferred<unknown> = wider;
  const none: Deferred<string> = fail(new NotFound());
  const promise: PromiseLike<string | number> = text();
  // @ts-expect-error -- but not of less
  const narrower: Deferred<string> = wider;
  assert.ok([widest, promise, narrower].every((d) => d instanceof Deferred));
  settle(none);
});

test("callback, wants a result of the type, and none for void", () => {
  const d = new Deferred<void>();
  d.callback();
  const s = new Deferred<string>();
  // @ts-expect-error -- of another type; nobody looks at run time
  s.callback(1);
  expectTypeOf(new Deferred()).toEqualTypeOf<Deferred<unknown>>();
  expectTypeOf(s.result).toEqualTypeOf<unknown>();
});

test("chainDeferred, wants a Deferred of the same type, and leaves nothing in the chain", () => {
  expectTypeOf(text().chainDeferred(new Deferred<string>())).toEqualTypeOf<Deferred<void>>();
  // @ts-expect-error -- one of numbers cannot be fired with a string
  text().chainDeferred(new Deferred<number>());
});

test("addTimeout, adds what its function makes of the timeout", () => {
  const clock = new Clock();
  expectTypeOf(text().addTimeout(1, clock)).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(text().addTimeout(1, clock, () => 504)).toEqualTypeOf<Deferred<string | number>>();
});

test("await, then and toPromise, give the result's type", async () => {
  expectTypeOf(await text()).toEqualTypeOf<string>();
  expectTypeOf<Awaited<Deferred<Date>>>().toEqualTypeOf<Date>();
  expectTypeOf(text().toPromise()).toEqualTypeOf<Promise<string>>();
  expectTypeOf(text().then((s) => s.length)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(await Promise.all([text(), succeed(1)])).toEqualTypeOf<[string, number]>();
});

test("fromPromise, fromCoroutine and fromSignal, are typed by what they are given", () => {
  expectTypeOf(Deferred.fromPromise(Promise.resolve(1))).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(Deferred.fromPromise(async (signal) => signal.aborted)).toEqualTypeOf<Deferred<boolean>>();
  expectTypeOf(Deferred.fromCoroutine(async () => "text")).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(Deferred.fromSignal(new AbortController().signal)).toEqualTypeOf<Deferred<never>>();
});

test("succeed, fail, execute and maybeDeferred, are typed by what they are given", () => {
  expectTypeOf(succeed()).toEqualTypeOf<Deferred<undefined>>();
  expectTypeOf(succeed(1)).toEqualTypeOf<Deferred<number>>();
  const failed = fail(new NotFound());
  expectTypeOf(failed).toEqualTypeOf<Deferred<never>>();
  settle(failed);
  expectTypeOf(execute((n: number) => `${n}`, 1)).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(maybeDeferred((n: number) => `${n}`, 1)).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(maybeDeferred(async () => 1)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(maybeDeferred(() => new Deferred<Date>())).toEqualTypeOf<Deferred<Date>>();
  // @ts-expect-error -- an argument is missing
  settle(maybeDeferred((n: number) => n));
});

test("DeferredList, has an outcome for each, typed by its place", async () => {
  const outcomes = await new DeferredList([text(), Promise.resolve(1), true] as const);
  expectTypeOf(outcomes).toEqualTypeOf<[Outcome<string>, Outcome<number>, Outcome<true>]>();
  const [[ok, result]] = outcomes;
  if (ok) expectTypeOf(result).toEqualTypeOf<string>();
  else expectTypeOf(result).toEqualTypeOf<Failure>();
  expectTypeOf(await new DeferredList([1, 2].map((n) => succeed(n)))).toEqualTypeOf<Outcome<number>[]>();
});

test("DeferredList, is typed by its flags", () => {
  const parts = [text(), succeed(1)] as const;
  type All = [Outcome<string>, Outcome<number>];
  type First = readonly [result: string | number, index: number];
  const resultOf = <T>(deferred: Deferred<T>): T => deferred.result as T;
  expectTypeOf(resultOf(new DeferredList(parts))).toEqualTypeOf<All>();
  expectTypeOf(resultOf(new DeferredList(parts, {}))).toEqualTypeOf<All>();
  expectTypeOf(resultOf(new DeferredList(parts, { consumeErrors: true }))).toEqualTypeOf<All>();
  expectTypeOf(resultOf(new DeferredList(parts, { fireOnOneErrback: true }))).toEqualTypeOf<All>();
  expectTypeOf(resultOf(new DeferredList(parts, { fireOnOneCallback: false }))).toEqualTypeOf<All>();
  expectTypeOf(resultOf(new DeferredList(parts, { fireOnOneCallback: true }))).toEqualTypeOf<First>();
  const some = new DeferredList(parts, { fireOnOneCallback: true, fireOnOneErrback: true, consumeErrors: true });
  expectTypeOf(resultOf(some)).toEqualTypeOf<First>();
  const flag: boolean = parts.length > 1;
  expectTypeOf(resultOf(new DeferredList(parts, { fireOnOneCallback: flag }))).toEqualTypeOf<All | First>();
  const options: DeferredListOptions = {};
  expectTypeOf(resultOf(new DeferredList(parts, options))).toEqualTypeOf<All | First>();
});

test("gatherResults, has a result for each, typed by its place", async () => {
  expectTypeOf(await gatherResults([text(), succeed(1), Promise.resolve(true)])).toEqualTypeOf<
    [string, number, boolean]
  >();
  expectTypeOf(gatherResults([1, 2].map((n) => succeed(n)))).toEqualTypeOf<Deferred<number[]>>();
  expectTypeOf(gatherResults([])).toEqualTypeOf<Deferred<[]>>();
});

test("race, has one of the results, and its index", async () => {
  const [index, result] = await race([new Deferred<number>(), text(), Promise.resolve(new Date())]);
  expectTypeOf(index).toEqualTypeOf<number>();
  expectTypeOf(result).toEqualTypeOf<string | number | Date>();
  expectTypeOf(await race(new Set([text()]))).toEqualTypeOf<readonly [index: number, result: string]>();
});

test("inlineCallbacks, is typed by the generator: arguments, this, result, and each wait through yield*", async () => {
  const add = inlineCallbacks(function* (a: Deferred<number>, b: Promise<string>) {
    const n = yield* wait(a);
    expectTypeOf(n).toEqualTypeOf<number>();
    const s = yield* wait(b);
    expectTypeOf(s).toEqualTypeOf<string>();
    const plain = yield* wait<boolean>(true);
    expectTypeOf(plain).toEqualTypeOf<boolean>();
    const untyped: Date = yield new Date();
    return [n, s, plain, untyped] as const;
  });
  expectTypeOf(add).parameters.toEqualTypeOf<[Deferred<number>, Promise<string>]>();
  expectTypeOf(await add(succeed(1), Promise.resolve("x"))).toEqualTypeOf<readonly [number, string, boolean, Date]>();

  const returnsDeferred = inlineCallbacks(function* () {
    yield* wait(1);
    return text();
  });
  expectTypeOf(returnsDeferred()).toEqualTypeOf<Deferred<string>>();

  const method = inlineCallbacks(function* (this: { readonly n: number }) {
    return yield* wait(this.n);
  });
  expectTypeOf(method).thisParameter.toEqualTypeOf<{ readonly n: number }>();
  expectTypeOf(method.call({ n: 1 })).toEqualTypeOf<Deferred<number>>();
  void (() => {
    // @ts-expect-error -- it needs an object with n
    void method.call({});
    // @ts-expect-error -- an argument is missing
    void add(succeed(1));
    // @ts-expect-error -- an arrow function is no generator function
    inlineCallbacks(() => 1);
  });
});

test("ensureDeferred, is typed by what it is given", () => {
  expectTypeOf(ensureDeferred(async () => 1)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(ensureDeferred(Promise.resolve(1))).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(ensureDeferred(text())).toEqualTypeOf<Deferred<string>>();
  const generator = (function* () {
    return `${yield* wait(succeed(1))}`;
  })();
  expectTypeOf(ensureDeferred(generator)).toEqualTypeOf<Deferred<string>>();
});

test("lock, semaphore and queue, are typed by what they hold and run", () => {
  const [lock, semaphore, queue] = [new DeferredLock(), new DeferredSemaphore(1), new DeferredQueue<string>()];
  expectTypeOf(lock.run((n: number) => `${n}`, 1)).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(semaphore.run(async () => 1)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(lock.acquire()).toEqualTypeOf<Deferred<DeferredLock>>();
  expectTypeOf(semaphore.acquire()).toEqualTypeOf<Deferred<DeferredSemaphore>>();
  expectTypeOf(queue.get()).toEqualTypeOf<Deferred<string>>();
  // @ts-expect-error -- the queue is one of strings
  queue.put(1);
});
