/** What lock and semaphore have in common. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ConcurrencyPrimitive } from "../../src/deferred/concurrency-primitive.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { DeferredLock } from "../../src/deferred/deferred-lock.ts";
import { DeferredSemaphore } from "../../src/deferred/deferred-semaphore.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { assertNoResult, failureResultOf, successResultOf } from "./results.ts";

class NotFound extends Error {}

/** Whether nobody has it. */
function free(primitive: ConcurrencyPrimitive): boolean {
  return primitive instanceof DeferredLock ? !primitive.locked : (primitive as DeferredSemaphore).tokens === 1;
}

for (const make of [
  function lock(): ConcurrencyPrimitive {
    return new DeferredLock();
  },
  function semaphore(): ConcurrencyPrimitive {
    return new DeferredSemaphore(1);
  },
]) {
  test(`run, of a ${make.name}, acquires, calls with the arguments and releases, when the answer is there`, () => {
    const primitive = make();
    const later = new Deferred<string>();
    const order: string[] = [];
    const first = primitive.run((text: string) => {
      order.push(text);
      return later;
    }, "first");
    const second = primitive.run(
      (a: number, b: number) => {
        order.push("second");
        return a + b;
      },
      1,
      2,
    );
    assert.deepEqual(order, ["first"]);
    assertNoResult(first);
    assertNoResult(second);
    later.callback("answer");
    assert.deepEqual(order, ["first", "second"]);
    assert.equal(successResultOf(first), "answer");
    assert.equal(successResultOf(second), 3);
    assert.equal(free(primitive), true);
  });

  test(`run, of a ${make.name}, releases, when the call throws or what it answers fails`, async () => {
    const primitive = make();
    const thrown = primitive.run(() => {
      throw new NotFound("gone");
    });
    failureResultOf(thrown, NotFound);
    assert.equal(free(primitive), true);
    const later = primitive.run(async () => {
      throw new NotFound("gone");
    });
    assert.equal(free(primitive), false);
    await assert.rejects(later.toPromise(), NotFound);
    assert.equal(free(primitive), true);
  });

  test(`run, of a ${make.name}, refuses what is no function and acquires nothing`, () => {
    const primitive = make();
    assert.throws(() => primitive.run(undefined as never), {
      name: "TypeError",
      message: "Cannot call undefined: expected a function",
    });
    assert.equal(free(primitive), true);
  });

  test(`run, of a ${make.name}, cancelled while it waits, calls nothing and gives up its place`, () => {
    const primitive = make();
    successResultOf(primitive.acquire());
    const waiting = primitive.run(() => assert.fail("It was cancelled"));
    const next = primitive.acquire();
    waiting.cancel();
    failureResultOf(waiting, CancelledError);
    primitive.release();
    assert.equal(successResultOf(next), primitive);
  });

  test(`run, of a ${make.name}, cancelled while the call goes on, cancels that, and releases`, () => {
    const primitive = make();
    let cancelled = 0;
    const running = primitive.run(() => new Deferred<string>(() => void cancelled++));
    running.cancel();
    assert.equal(cancelled, 1);
    failureResultOf(running, CancelledError);
    assert.equal(free(primitive), true);
  });

  test(`acquire, of a ${make.name}, cancelled while it waits, gives up its place; the others keep theirs`, () => {
    const primitive = make();
    successResultOf(primitive.acquire());
    const [second, third, fourth] = [primitive.acquire(), primitive.acquire(), primitive.acquire()];
    third.cancel();
    failureResultOf(third, CancelledError);
    primitive.release();
    successResultOf(second);
    primitive.release();
    successResultOf(fourth);
  });

  test(`acquire, of a ${make.name}, cancelled when it has it, keeps it`, () => {
    const primitive = make();
    const acquired = primitive.acquire();
    acquired.cancel();
    assert.equal(successResultOf(acquired), primitive);
    assert.equal(free(primitive), false);
  });

  test(`release, of a ${make.name}, called by the one who has just got it, lets the next have it at once, as in Twisted`, () => {
    const primitive = make();
    const order: string[] = [];
    successResultOf(primitive.acquire());
    for (const name of ["a", "b"]) {
      primitive.acquire().addCallback((held) => {
        order.push(`${name} has it`);
        held.release();
        order.push(`${name} is done`);
      });
    }
    primitive.release();
    assert.deepEqual(order, ["a has it", "b has it", "b is done", "a is done"]);
    assert.equal(free(primitive), true);
  });

  test(`release, of a ${make.name}, keeps the order, however many release it at once and ask again`, () => {
    const primitive = make();
    const order: number[] = [];
    const again: number[] = [];
    successResultOf(primitive.acquire());
    for (let i = 0; i < 1000; i++) {
      primitive.acquire().addCallback((held) => {
        order.push(i);
        held.release();
        // Whoever asks now is behind all who wait.
        held.acquire().addCallback((same) => {
          again.push(i);
          same.release();
        });
      });
    }
    primitive.release();
    assert.deepEqual(
      order,
      Array.from({ length: 1000 }, (_, i) => i),
    );
    assert.equal(again.length, 1000);
    assert.equal(free(primitive), true);
  });

  test(`release, of a ${make.name}, hands it over, however often`, () => {
    const primitive = make();
    successResultOf(primitive.acquire());
    for (let i = 0; i < 200; i++) {
      const next = primitive.acquire();
      primitive.release();
      assert.equal(successResultOf(next), primitive);
    }
  });

  test(`a ${make.name}, is disposed of by releasing it, for \`using\``, () => {
    const primitive = make();
    const held = successResultOf(primitive.acquire());
    held[Symbol.dispose]();
    assert.equal(free(primitive), true);
  });
}

test("a semaphore, lets at most as many run as it has tokens, and all in the order of asking, whatever happens when", () => {
  const step = fc.oneof(fc.constant("acquire" as const), fc.constant("release" as const), fc.nat({ max: 20 }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.array(step, { size: "medium" }), (tokens, steps) => {
      const semaphore = new DeferredSemaphore(tokens);
      const got: number[] = [];
      const expected: number[] = [];
      const waiting: { name: number; acquired: Deferred<unknown> }[] = [];
      let [held, names] = [0, 0];
      for (const kind of steps) {
        if (kind === "acquire") {
          const name = names++;
          const acquired = semaphore.acquire();
          acquired.addCallbacks(
            () => void got.push(name),
            (failure) => void failure.trap(CancelledError),
          );
          if (held < tokens) {
            held++;
            expected.push(name);
          } else waiting.push({ name, acquired });
        } else if (kind === "release") {
          if (held === 0) {
            assert.throws(() => semaphore.release());
            continue;
          }
          semaphore.release();
          const next = waiting.shift();
          if (next === undefined) held--;
          else expected.push(next.name);
        } else {
          waiting.splice(kind, 1)[0]?.acquired.cancel();
        }
        assert.deepEqual(got, expected);
        assert.equal(semaphore.tokens, tokens - held);
      }
    }),
  );
});
