/** Calls in threads: what functions can be called, what becomes of them, and calls back into the reactor. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { CancelledError, TimeoutError } from "../../src/deferred/errors.ts";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { eventAsText } from "../../src/logger/format-event.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { callMultipleInThread, deferToThread } from "../../src/threads/defer-to-thread.ts";
import { ThreadDataError, ThreadFunctionError, WorkerExitedError } from "../../src/threads/errors.ts";
import type { ThreadPool } from "../../src/threads/thread-pool.ts";
import type * as threads from "../../src/threads/index.ts";
import { transfer } from "../../src/threads/transfer.ts";
import { hanging, notes, url } from "../threads/module-functions.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";

/** In tests `hawser/threads` is the one that is tested: the package finds itself. */
type Threads = typeof threads;

async function failureOf(deferred: Deferred<unknown>): Promise<Error & { code?: string }> {
  return deferred.then(
    (result) => assert.fail(`it did not fail: ${String(result)}`),
    (error) => error as Error,
  );
}

function capture(t: TestContext): readonly LogEvent[] {
  const logs = capturedLogs();
  t.after(() => logs.stop());
  return logs;
}

function logged(events: readonly LogEvent[], text: string): boolean {
  return events.some((event) => eventAsText(event).includes(text));
}

export function threadConformance(name: string, makeReactor: MakeReactor): void {
  describe(`${name}: threads`, () => {
    resultTests(makeReactor);
    callTests(makeReactor);
    faultTests(makeReactor);
    lifeTests(makeReactor);
  });
}

function resultTests(makeReactor: MakeReactor): void {
  test("deferToThread, answers what the function returns, or what its promise gives", async () => {
    await running(makeReactor, async (reactor) => {
      assert.equal(await deferToThread(reactor, (a: number, b: number) => a + b, 2, 3), 5);
      assert.equal(await deferToThread(reactor, async (s: string) => `${s}!`, "x"), "x!");
      assert.equal(await deferToThread(reactor, () => {}), undefined);
      assert.deepEqual(
        await deferToThread(reactor, (m: Map<string, Date>) => [...m.keys()], new Map([["k", new Date(0)]])),
        ["k"],
      );
      // Again, for the second call goes another way.
      const twice = (n: number): number => n * 2;
      assert.deepEqual([await deferToThread(reactor, twice, 4), await deferToThread(reactor, twice, 5)], [8, 10]);
    });
  });

  test("deferToThread, runs in another thread, which stays and is used again", async () => {
    await running(makeReactor, async (reactor) => {
      const threadId = async (): Promise<number> => (await import("node:worker_threads")).threadId;
      const first = await deferToThread(reactor, threadId);
      assert.notEqual(first, 0);
      assert.equal(await deferToThread(reactor, threadId), first);
      const { workers, waiters } = reactor.getThreadPool() as ThreadPool;
      assert.deepEqual([workers, waiters], [1, 1]);
    });
  });

  test("deferToThread, calls what modules export", async () => {
    await running(makeReactor, async (reactor) => {
      const add = { module: url, export: "add" };
      assert.equal(await deferToThread<string>(reactor, add, 1, 2), "3 in a worker");
      assert.equal(await deferToThread<string>(reactor, { ...add, module: new URL(url) }, 2, 2), "4 in a worker");
      assert.equal(await deferToThread(reactor, { module: url }), "the default");
      assert.equal(await deferToThread(reactor, { module: "node:path", export: "basename" }, "/a/b"), "b");
    });
  });

  test("deferToThread, moves what is marked, both ways", async () => {
    await running(makeReactor, async (reactor) => {
      const bytes = new Uint8Array([1, 2, 3]);
      const back = await deferToThread(
        reactor,
        async (given: Uint8Array) => {
          const { transfer: move }: Threads = await import("hawser/threads");
          return move(given.map((n) => n * 2));
        },
        transfer(bytes),
      );
      assert.equal(bytes.byteLength, 0);
      assert.deepEqual([...back], [2, 4, 6]);
    });
  });

  test("deferToThread, fails with what the function throws: class, stack, cause and properties", async () => {
    await running(makeReactor, async (reactor) => {
      function badly(): never {
        throw Object.assign(new RangeError("too far", { cause: new Error("the reason") }), { code: "ERR_FAR" });
      }
      const error = await failureOf(deferToThread(reactor, badly));
      assert.ok(error instanceof RangeError);
      assert.match(error.stack ?? "", /RangeError: too far\n +at badly \(.*thread function badly:/);
      assert.equal((error.cause as Error).message, "the reason");
      assert.equal(error.code, "ERR_FAR");
      const own = await failureOf(deferToThread(reactor, { module: url, export: "throwOwn" }));
      assert.ok(own instanceof RangeError && own.cause instanceof SyntaxError);
      assert.deepEqual([own.name, own.code], ["OwnError", "ERR_OWN"]);
      const rejected = deferToThread(reactor, () => Promise.reject(new TypeError("later")));
      assert.ok((await failureOf(rejected)) instanceof TypeError);
    });
  });

  test("callInThread, logs what the function throws", async (t) => {
    const logs = capture(t);
    await running(makeReactor, async (reactor) => {
      reactor.callInThread(function fallDown() {
        throw new Error("I fall down");
      });
      await until(() => logged(logs, "I fall down"), "the log");
      assert.ok(logged(logs, "fallDown in a thread failed"));
    });
  });
}

function callTests(makeReactor: MakeReactor): void {
  test("callFromThread, calls with the reactor and the arguments, in order and before the result", async () => {
    await running(makeReactor, async (reactor) => {
      notes.length = 0;
      await deferToThread(
        reactor,
        async (module: string) => {
          const { callFromThread }: Threads = await import("hawser/threads");
          for (let n = 0; n < 3; n++) callFromThread({ module, export: "note" }, n);
        },
        url,
      );
      assert.deepEqual(notes, [0, 1, 2]);
    });
  });

  test("callFromThread, logs what the function throws there", async (t) => {
    const logs = capture(t);
    await running(makeReactor, async (reactor) => {
      await deferToThread(reactor, async () => {
        const { callFromThread }: Threads = await import("hawser/threads");
        callFromThread(function failThere() {
          throw new Error("failed there");
        });
      });
      await until(() => logged(logs, "failed there"), "the log");
    });
  });

  test("blockingCallFromThread, returns values and results of Deferreds, of any size", async () => {
    await running(makeReactor, async (reactor) => {
      const got = await deferToThread(
        reactor,
        async (module: string) => {
          const { blockingCallFromThread }: Threads = await import("hawser/threads");
          const kind = blockingCallFromThread((r) => r.kind);
          const later = blockingCallFromThread(
            (r, n) => new Promise<number>((resolve) => r.callLater(0, () => resolve(n + 1))),
            1,
          );
          const big = blockingCallFromThread((_, size) => new Uint8Array(size).fill(7), 3_000_000);
          blockingCallFromThread({ module, export: "note" }, "seen");
          return [kind, later, big.length, big.at(-1)];
        },
        url,
      );
      assert.deepEqual(got, [reactor.kind, 2, 3_000_000, 7]);
      assert.equal(notes.at(-1), "seen");
      // Statically imported, in a module.
      notes.length = 0;
      assert.equal(await deferToThread(reactor, { module: url, export: "noteFromThread" }, 5), 1);
      assert.equal(await deferToThread(reactor, { module: url, export: "noteFromThread" }, 6), 2);
      assert.deepEqual(notes, [5, 6]);
    });
  });

  test("blockingCallFromThread, throws the error, that of a Deferred as well", async () => {
    await running(makeReactor, async (reactor) => {
      const texts = await deferToThread(reactor, async () => {
        const { blockingCallFromThread }: Threads = await import("hawser/threads");
        const outcome = (f: () => unknown): string => {
          try {
            return `no error: ${String(blockingCallFromThread(f))}`;
          } catch (error) {
            return `${String(error)} ${error instanceof RangeError}`;
          }
        };
        return [
          outcome(() => {
            throw new RangeError("at once");
          }),
          outcome(() => Promise.reject(new RangeError("later"))),
          outcome(() => () => {}),
          outcome(() => outcome),
        ];
      });
      assert.deepEqual(texts.slice(0, 2), ["RangeError: at once true", "RangeError: later true"]);
      assert.match(texts[2] ?? "", /^ThreadDataError: Cannot send the result of anonymous to the thread: /);
      assert.match(texts[3] ?? "", /^ThreadFunctionError: Cannot use "outcome" in anonymous: /);
    });
  });

  test("callMultipleInThread, calls in order in one thread, up to the first that throws", async (t) => {
    const logs = capture(t);
    await running(makeReactor, async (reactor) => {
      notes.length = 0;
      const say = async (module: string, n: number): Promise<void> => {
        const { callFromThread }: Threads = await import("hawser/threads");
        const { threadId } = await import("node:worker_threads");
        callFromThread({ module, export: "note" }, [n, threadId]);
      };
      const stumble = (): never => {
        throw new Error("stumbled");
      };
      callMultipleInThread(reactor, [[say, url, 1], [say, url, 2], [stumble], [say, url, 3]]);
      await until(() => logged(logs, "stumbled"), "the log");
      const seen = notes as [number, number][];
      assert.deepEqual(
        seen.map(([n]) => n),
        [1, 2],
      );
      assert.equal(seen[0]![1], seen[1]![1]);
      callMultipleInThread(reactor, []);
    });
  });
}

function faultTests(makeReactor: MakeReactor): void {
  test("deferToThread, of a function that reaches outside, says how to do it right", async () => {
    await running(makeReactor, async (reactor) => {
      const outside = 7;
      const error = await failureOf(deferToThread(reactor, () => outside + 1));
      assert.ok(error instanceof ThreadFunctionError);
      assert.equal(
        error.message,
        'Cannot use "outside" in anonymous: it belongs to the scope in which the function was written, and only the function\'s text is in this thread; pass it as an argument, import it inside of the function, or use { module, export }',
      );
      assert.ok(error.cause instanceof ReferenceError);
    });
  });

  test("deferToThread, of what cannot be called there or copied, fails and leaves the thread as it was", async () => {
    await running(makeReactor, async (reactor) => {
      const fails = async (deferred: Deferred<unknown>, message: RegExp, type: new (...args: never[]) => Error) => {
        const error = await failureOf(deferred);
        assert.match(error.message, message);
        assert.ok(error instanceof type, error.stack);
      };
      await fails(
        deferToThread(reactor, console.log),
        /^Cannot run log in another thread: it is a part of the runtime/,
        ThreadFunctionError,
      );
      await fails(deferToThread(reactor, 7 as never), /^Cannot run 7 in another thread: expected/, TypeError);
      const { add: _, ...absent } = { add: 1, module: url, export: "absent" };
      await fails(deferToThread(reactor, absent), /it is undefined, expected a function$/, ThreadFunctionError);
      await fails(deferToThread(reactor, { module: "no-such-package" }), /Cannot find package/, Error);
      await fails(
        deferToThread(
          reactor,
          (f: unknown) => f,
          () => {},
        ),
        /^Cannot send the arguments of anonymous to a thread: .* could not be cloned/,
        ThreadDataError,
      );
      await fails(
        deferToThread(reactor, () => () => 1),
        /^Cannot send the result back/,
        ThreadDataError,
      );
      assert.equal(await deferToThread(reactor, () => 1), 1);
      assert.equal((reactor.getThreadPool() as ThreadPool).workers, 1);
    });
  });

  test("deferToThread, of a function that ends its thread, fails, and the others go on", async () => {
    await running(makeReactor, async (reactor) => {
      const exit = deferToThread(reactor, () => process.exit(3));
      const crash = deferToThread(reactor, () => {
        setImmediate(() => {
          throw new SyntaxError("out of nowhere");
        });
        return new Promise(() => {});
      });
      const other = deferToThread(reactor, () => "here");
      const exited = await failureOf(exit);
      assert.ok(exited instanceof WorkerExitedError);
      assert.equal(exited.exitCode, 3);
      assert.match(exited.message, /^Cannot finish anonymous in a thread: the thread exited with code 3/);
      const crashed = await failureOf(crash);
      assert.ok(crashed instanceof WorkerExitedError && crashed.cause instanceof SyntaxError);
      assert.equal(await other, "here");
      assert.equal(await deferToThread(reactor, () => 1), 1);
    });
  });

  test("Deferred.cancel, ends the thread that never returns, and another takes its place", async () => {
    await running(makeReactor, async (reactor) => {
      reactor.suggestThreadPoolSize(1);
      const endless = deferToThread(reactor, () => {
        for (;;);
      });
      const next = deferToThread(reactor, () => "next");
      const dropped = deferToThread(reactor, () => "dropped");
      dropped.cancel();
      assert.ok((await failureOf(dropped)) instanceof CancelledError);
      endless.cancel();
      assert.ok((await failureOf(endless)) instanceof CancelledError);
      assert.equal(await next, "next");
    });
  });

  test("Deferred.addTimeout, ends the thread when the time is over", async () => {
    await running(makeReactor, async (reactor) => {
      const endless = deferToThread(reactor, () => {
        for (;;);
      }).addTimeout(0.01, reactor);
      assert.ok((await failureOf(endless)) instanceof TimeoutError);
    });
  });

  test("Deferred.cancel, of a call whose thread waits for the reactor, cancels that as well", async () => {
    await running(makeReactor, async (reactor) => {
      notes.length = 0;
      const d = deferToThread(reactor, { module: url, export: "hangFromThread" });
      await until(() => notes.includes("hangs"), "the blocking call");
      d.cancel();
      assert.ok((await failureOf(d)) instanceof CancelledError);
      await until(() => notes.length === 3, "the end of the inner call");
      assert.deepEqual(notes, ["hangs", "cancelled", true]);
    });
  });
}

function lifeTests(makeReactor: MakeReactor): void {
  test("deferToThread, before the reactor runs, waits for that", async () => {
    const reactor = makeReactor();
    const early = deferToThread(reactor, () => "early");
    const pool = reactor.getThreadPool() as ThreadPool;
    assert.deepEqual([pool.started, pool.backlog, pool.workers], [false, 1, 0]);
    const finished = reactor.run({ installSignalHandlers: false });
    assert.equal(await early, "early");
    reactor.stop();
    await finished;
  });

  test("suggestThreadPoolSize, is the most that there are", async () => {
    await running(makeReactor, async (reactor) => {
      const pool = reactor.getThreadPool() as ThreadPool;
      assert.deepEqual([pool.min, pool.max], [0, 10]);
      reactor.suggestThreadPoolSize(2);
      await Promise.all(Array.from({ length: 6 }, (_, n) => deferToThread(reactor, (m: number) => m, n)));
      assert.deepEqual([pool.min, pool.max, pool.workers], [0, 2, 2]);
      assert.throws(() => reactor.suggestThreadPoolSize(-1), RangeError);
    });
  });

  test("stop, lets what was begun or waits in line be done; the run is over when the threads are", async () => {
    const reactor = makeReactor();
    const finished = reactor.run({ installSignalHandlers: false });
    reactor.suggestThreadPoolSize(1);
    const pool = reactor.getThreadPool() as ThreadPool;
    const results: number[] = [];
    for (let n = 0; n < 3; n++) {
      deferToThread(reactor, (m: number) => m, n).addCallback((m) => results.push(m));
    }
    reactor.stop();
    await finished;
    assert.deepEqual(results, [0, 1, 2]);
    assert.deepEqual([pool.workers, pool.started], [0, false]);
    // Another run has another pool.
    await running(
      () => reactor,
      async () => {
        assert.notEqual(reactor.getThreadPool(), pool);
        assert.equal(await deferToThread(reactor, () => 1), 1);
      },
    );
  });

  test("stop, with a thread that waits for the reactor, gives it an error", async () => {
    const reactor = makeReactor();
    const finished = reactor.run({ installSignalHandlers: false });
    hanging.length = 0;
    const error = failureOf(deferToThread(reactor, { module: url, export: "hangFromThread" }));
    await until(() => hanging.length === 1, "the blocking call");
    reactor.stop();
    await finished;
    const { name, message } = await error;
    assert.equal(name, InvalidStateError.name);
    assert.match(message, /^Cannot go on with a call in the reactor's thread: the reactor was stopped/);
  });
}
