/** Over a pool without threads; the conformance suite has those with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectTypeOf } from "expect-type";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { MemoryThreadPool } from "../../src/testing/memory-thread-pool.ts";
import { callMultipleInThread, deferToThread, deferToThreadPool } from "../../src/threads/defer-to-thread.ts";
import { ThreadFunctionError } from "../../src/threads/errors.ts";

test("deferToThread, uses the reactor's pool, and deferToThreadPool another", () => {
  const reactor = new MemoryReactor();
  const pool = new MemoryThreadPool();
  const ofReactor = deferToThread(reactor, (n: number) => n * 2, 21);
  const ofPool = deferToThreadPool(reactor, pool, (s: string) => s.length, "four");
  assert.equal(reactor.getThreadPool().requests[0]?.reactor, reactor);
  void reactor.getThreadPool().perform();
  void pool.perform();
  assert.equal(successResultOf(ofReactor), 42);
  assert.equal(successResultOf(ofPool), 4);
  expectTypeOf(ofReactor).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(deferToThread(reactor, async () => "s")).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(deferToThread<number>(reactor, { module: "m" })).toEqualTypeOf<Deferred<number>>();
  // @ts-expect-error the argument is no number
  void deferToThread(reactor, (n: number) => n, "s");
});

test("deferToThread, of a function that throws or cannot be called there, fails", () => {
  const reactor = new MemoryReactor();
  const d = deferToThread(reactor, () => JSON.parse("[") as unknown);
  void reactor.getThreadPool().perform();
  failureResultOf(d, SyntaxError);
  failureResultOf(deferToThread(reactor, Math.max, 1), ThreadFunctionError);
  failureResultOf(deferToThread(reactor, undefined as never), TypeError);
});

test("deferToThread, cancelled, drops the call", () => {
  const reactor = new MemoryReactor();
  const d = deferToThread(reactor, () => 1);
  d.cancel();
  failureResultOf(d, CancelledError);
  assert.deepEqual(reactor.getThreadPool().requests, []);
});

test("callMultipleInThread, is one request", () => {
  const reactor = new MemoryReactor();
  callMultipleInThread(reactor, [[(n: number) => n, 1], [{ module: "node:os", export: "uptime" }]]);
  assert.equal(reactor.getThreadPool().requests.length, 1);
  assert.equal(reactor.getThreadPool().requests[0]?.calls.length, 2);
});
