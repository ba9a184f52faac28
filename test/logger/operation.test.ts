import assert from "node:assert/strict";
import { test } from "node:test";
import { expectTypeOf } from "expect-type";
import type { Failure } from "../../src/deferred/failure.ts";
import type { Operation, OperationOf } from "../../src/logger/operation.ts";
import { attempt } from "../../src/logger/operation.ts";

const unexpected = (failure: Failure): void => failure.raiseException();

test("attempt, work that answers, succeeds with the result", () => {
  const operation = attempt(unexpected, (a: number, b: number) => a + b, [1, 2]);
  assert.deepEqual(operation, { succeeded: true, failed: false, failure: undefined, result: 3 });
});

test("attempt, work that throws, fails with the failure, which is told of", () => {
  const failures: Failure[] = [];
  const error = new Error("broken");
  const work = (): number => {
    throw error;
  };
  const operation = attempt((failure) => failures.push(failure), work, []);
  assert.equal(operation.failed, true);
  assert.equal(operation.succeeded, false);
  assert.equal(operation.result, undefined);
  assert.equal(operation.failure?.value, error);
  assert.deepEqual(failures, [operation.failure]);
});

test("attempt, work that answers a promise, answers a promise", async () => {
  const failures: Failure[] = [];
  const failed = (failure: Failure): void => void failures.push(failure);
  const good = attempt(failed, () => Promise.resolve("ok"), []);
  const bad = attempt(failed, async (): Promise<string> => Promise.reject(new Error("late")), []);
  assert.ok(good instanceof Promise && bad instanceof Promise);
  assert.equal((await good).result, "ok");
  assert.equal((await bad).failure?.getErrorMessage(), "late");
  assert.equal(failures.length, 1);
});

test("attempt, work that answers something hostile, fails", () => {
  const refuse = (): never => {
    throw new Error("no");
  };
  const hostile = new Proxy({}, { get: refuse });
  const operation = attempt(
    () => {},
    (): object => hostile,
    [],
  );
  assert.equal(operation.failure?.getErrorMessage(), "no");
});

test("OperationOf, results of all kinds, is a promise only where there is something to wait for", () => {
  expectTypeOf<OperationOf<number>>().toEqualTypeOf<Operation<number>>();
  expectTypeOf<OperationOf<boolean>>().toEqualTypeOf<Operation<boolean>>();
  expectTypeOf<OperationOf<never>>().toEqualTypeOf<Operation<never>>();
  expectTypeOf<OperationOf<unknown>>().toEqualTypeOf<Operation<unknown>>();
  expectTypeOf<OperationOf<Promise<string>>>().toEqualTypeOf<Promise<Operation<string>>>();
  expectTypeOf<OperationOf<string | Promise<string>>>().toEqualTypeOf<Operation<string> | Promise<Operation<string>>>();
  const operation = attempt(unexpected, () => 3, []);
  if (operation.succeeded) expectTypeOf(operation.result).toEqualTypeOf<number>();
  else expectTypeOf(operation.failure).toEqualTypeOf<Failure>();
});
