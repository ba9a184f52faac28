import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { DeferredQueue } from "../../src/deferred/deferred-queue.ts";
import { CancelledError, QueueOverflow, QueueUnderflow } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { succeed } from "../../src/deferred/maybe-deferred.ts";
import { assertNoResult, failureResultOf, successResultOf } from "./results.ts";

test("DeferredQueue, gives what was put in, first in, first out, whoever comes first", () => {
  const queue = new DeferredQueue<number>();
  queue.put(1);
  queue.put(2);
  assert.deepEqual([queue.pending, queue.waiting], [2, 0]);
  assert.deepEqual([successResultOf(queue.get()), successResultOf(queue.get())], [1, 2]);
  const [a, b] = [queue.get(), queue.get()];
  assert.deepEqual([queue.pending, queue.waiting], [0, 2]);
  assertNoResult(a);
  queue.put(3);
  queue.put(4);
  assert.deepEqual([successResultOf(a), successResultOf(b)], [3, 4]);
  assert.deepEqual([queue.pending, queue.waiting], [0, 0]);
});

test("put, throws QueueOverflow, when the queue holds as many as its size allows, and adds nothing", () => {
  const queue = new DeferredQueue<string>({ size: 1 });
  queue.put("one");
  assert.throws(() => queue.put("two"), {
    constructor: QueueOverflow,
    code: "ERR_QUEUE_OVERFLOW",
    message: "Cannot put into the queue: it holds 1 objects, expected fewer",
  });
  assert.equal(queue.pending, 1);
  assert.equal(successResultOf(queue.get()), "one");
  queue.put("three");
  assert.equal(successResultOf(queue.get()), "three");
});

test("put, into a queue of size 0, works only while somebody waits", () => {
  const queue = new DeferredQueue<string>({ size: 0 });
  assert.throws(() => queue.put("nobody waits"), QueueOverflow);
  const d = queue.get();
  queue.put("handed over");
  assert.equal(successResultOf(d), "handed over");
});

test("get, throws QueueUnderflow, when as many wait as the backlog allows, and adds nobody", () => {
  const queue = new DeferredQueue<string>({ backlog: 1 });
  const d = queue.get();
  assert.throws(() => queue.get(), {
    constructor: QueueUnderflow,
    code: "ERR_QUEUE_UNDERFLOW",
    message: "Cannot get from the queue: 1 wait for an object, expected fewer",
  });
  assert.equal(queue.waiting, 1);
  queue.put("one");
  assert.equal(successResultOf(d), "one");
});

test("get, from a queue with backlog 0, works only while there is something", () => {
  const queue = new DeferredQueue<string>({ backlog: 0 });
  assert.throws(() => queue.get(), QueueUnderflow);
  queue.put("there");
  assert.equal(successResultOf(queue.get()), "there");
});

test("get, cancelled while it waits, leaves the line and makes room in the backlog", () => {
  const queue = new DeferredQueue<string>({ backlog: 2 });
  const [a, b] = [queue.get(), queue.get()];
  a.cancel();
  failureResultOf(a, CancelledError);
  assert.equal(queue.waiting, 1);
  const c = queue.get();
  queue.put("one");
  assert.equal(successResultOf(b), "one");
  assertNoResult(c);
});

test("get, cancelled when it has an object, keeps it", () => {
  const queue = new DeferredQueue<string>();
  queue.put("one");
  const d = queue.get();
  d.cancel();
  assert.equal(successResultOf(d), "one");
});

test("put, called by the one who has just got something, reaches the next who waits", () => {
  const queue = new DeferredQueue<number>();
  const got: number[] = [];
  queue.get().addCallback((n) => {
    queue.put(n + 1);
    got.push(n);
  });
  queue.get().addCallback((n) => void got.push(n));
  queue.put(1);
  assert.deepEqual(got, [2, 1]);
});

test("put, refuses a Deferred and a promise, and loses neither the waiting nor the objects", () => {
  const queue = new DeferredQueue<unknown>();
  const refused = { name: "TypeError", message: /^Cannot put a Deferred or a promise into the queue: expected / };
  assert.throws(() => queue.put(succeed(1)), refused);
  assert.equal(queue.pending, 0);
  const d = queue.get();
  assert.throws(() => queue.put(Promise.resolve(1)), refused);
  assert.equal(queue.waiting, 1);
  queue.put("plain");
  assert.equal(successResultOf(d), "plain");
});

test("put, of a Failure, fails the one who waits or comes, as in Twisted", () => {
  const queue = new DeferredQueue<unknown>();
  const waiting = queue.get();
  queue.put(new Failure(new RangeError("a")));
  assert.equal(failureResultOf(waiting, RangeError).message, "a");
  queue.put(new Failure(new RangeError("b")));
  assert.equal(failureResultOf(queue.get(), RangeError).message, "b");
});

for (const option of ["size", "backlog"] as const) {
  test(`new DeferredQueue, refuses a ${option} that is negative, NaN or no number`, () => {
    for (const bad of [-1, Number.NaN, -Infinity]) {
      assert.throws(() => new DeferredQueue({ [option]: bad }), {
        name: "RangeError",
        message: `Cannot make a queue with ${option} ${bad}: expected a number, 0 or more`,
      });
    }
    for (const bad of ["1", null, {}] as unknown as number[]) {
      assert.throws(() => new DeferredQueue({ [option]: bad }), { name: "TypeError" });
    }
    assert.equal(new DeferredQueue({ [option]: Infinity }).pending, 0);
  });
}

test("DeferredQueue, does what two plain arrays do, whoever puts, gets and cancels", () => {
  const step = fc.oneof(fc.constantFrom("put" as const, "get" as const), fc.nat({ max: 10 }));
  const limit = fc.option(fc.nat({ max: 3 }), { nil: Infinity });
  fc.assert(
    fc.property(limit, limit, fc.array(step, { size: "medium" }), (size, backlog, steps) => {
      const queue = new DeferredQueue<number>({ size, backlog });
      const objects: number[] = [];
      const waiting: { name: number; d: Deferred<number> }[] = [];
      const [got, expected]: [string[], string[]] = [[], []];
      for (const [name, kind] of steps.entries()) {
        if (kind === "put") {
          const next = waiting.shift();
          if (next !== undefined) expected.push(`${next.name} got ${name}`);
          else if (objects.length < size) objects.push(name);
          else {
            assert.throws(() => queue.put(name), QueueOverflow);
            continue;
          }
          queue.put(name);
        } else if (kind === "get") {
          if (objects.length === 0 && waiting.length >= backlog) {
            assert.throws(() => queue.get(), QueueUnderflow);
            continue;
          }
          const d = queue.get();
          d.addCallbacks(
            (object) => void got.push(`${name} got ${object}`),
            (failure) => void failure.trap(CancelledError),
          );
          const object = objects.shift();
          if (object !== undefined) expected.push(`${name} got ${object}`);
          else waiting.push({ name, d });
        } else {
          waiting.splice(kind, 1)[0]?.d.cancel();
        }
        assert.deepEqual(got, expected);
        assert.deepEqual([queue.pending, queue.waiting], [objects.length, waiting.length]);
      }
    }),
  );
});
