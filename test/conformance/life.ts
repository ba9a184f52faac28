/** The life, the triggers and the timers that every reactor must have. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ReactorAlreadyRunning, ReactorNotRunning } from "../../src/reactor/errors.ts";
import type { Lacks } from "./lacks.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";

export function lifeConformance(name: string, makeReactor: MakeReactor, lacks: Lacks = {}): void {
  describe(`${name}: life`, () => {
    test("run, resolves when the reactor has been stopped", async () => {
      const reactor = makeReactor();
      const states: boolean[] = [reactor.running];
      reactor.callWhenRunning(() => {
        states.push(reactor.running);
        reactor.stop();
      });
      await reactor.run({ installSignalHandlers: false });
      assert.deepEqual([...states, reactor.running], [false, true, false]);
    });

    test("run, may be called again after it was stopped", async () => {
      const reactor = makeReactor();
      let runs = 0;
      for (let i = 0; i < 3; i++) {
        reactor.callWhenRunning(() => {
          runs++;
          reactor.callLater(0, () => reactor.stop());
        });
        await reactor.run({ installSignalHandlers: false });
      }
      assert.equal(runs, 3);
    });

    test("run, is refused while the reactor runs", async () => {
      await running(makeReactor, async (reactor) => {
        await assert.rejects(reactor.run(), ReactorAlreadyRunning);
        assert.equal(reactor.running, true);
      });
    });

    test("stop, is refused where the reactor does not run or stops already", async () => {
      const reactor = makeReactor();
      assert.throws(() => reactor.stop(), ReactorNotRunning);
      reactor.callWhenRunning(() => {
        reactor.stop();
        assert.throws(() => reactor.stop(), ReactorNotRunning);
      });
      await reactor.run({ installSignalHandlers: false });
    });

    test("several reactors, run side by side", async () => {
      await running(makeReactor, async (one) => {
        await running(makeReactor, async (other) => {
          const calls: string[] = [];
          one.callLater(0, () => calls.push("one"));
          other.callLater(0, () => calls.push("other"));
          await until(() => calls.length === 2);
          assert.deepEqual(calls.sort(), ["one", "other"]);
        });
        assert.equal(one.running, true);
      });
    });

    test("crash, ends the run without the shutdown triggers", async () => {
      const reactor = makeReactor();
      reactor.addSystemEventTrigger("before", "shutdown", () => assert.fail("crash is no shutdown"));
      reactor.callWhenRunning(() => reactor.crash());
      await reactor.run({ installSignalHandlers: false });
      assert.equal(reactor.running, false);
    });

    test("callWhenRunning, calls at once when the reactor runs, else after startup in order", async () => {
      const reactor = makeReactor();
      const calls: string[] = [];
      reactor.callWhenRunning((what: string) => calls.push(what), "first");
      const id = reactor.callWhenRunning(() => calls.push("removed"));
      assert.ok(id !== undefined);
      reactor.removeSystemEventTrigger(id);
      reactor.callWhenRunning(() => {
        calls.push("second");
        assert.equal(
          reactor.callWhenRunning(() => calls.push("nested")),
          undefined,
        );
        reactor.stop();
      });
      assert.deepEqual(calls, []);
      await reactor.run({ installSignalHandlers: false });
      assert.deepEqual(calls, ["first", "second", "nested"]);
    });

    test("callFromThread, calls in the next turn, in order, and a throwing call harms no other", async () => {
      const logs = capturedLogs();
      await running(makeReactor, async (reactor) => {
        const calls: number[] = [];
        reactor.callFromThread((n: number) => calls.push(n), 1);
        reactor.callFromThread(() => {
          throw new Error("a broken call");
        });
        reactor.callFromThread((n: number) => calls.push(n), 2);
        assert.deepEqual(calls, []);
        await until(() => calls.length === 2);
        assert.deepEqual(calls, [1, 2]);
      });
      logs.stop();
      assert.equal(logs.filter((event) => event.logFailure?.getErrorMessage() === "a broken call").length, 1);
    });

    test("iterate, runs what is due and comes back", async () => {
      const reactor = makeReactor();
      const calls: number[] = [];
      reactor.callLater(0, () => calls.push(1));
      await reactor.iterate();
      assert.deepEqual(calls, [1]);
    });
  });

  describe(`${name}: triggers`, () => {
    test("addSystemEventTrigger, calls by phase and in order", async () => {
      const reactor = makeReactor();
      const calls: string[] = [];
      for (const event of ["startup", "shutdown"]) {
        for (const phase of ["after", "during", "before"] as const) {
          for (const n of [1, 2])
            reactor.addSystemEventTrigger(phase, event, () => calls.push(`${phase} ${event} ${n}`));
        }
      }
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run({ installSignalHandlers: false });
      const expected = ["startup", "shutdown"].flatMap((event) =>
        ["before", "during", "after"].flatMap((phase) => [1, 2].map((n) => `${phase} ${event} ${n}`)),
      );
      assert.deepEqual(calls, expected);
    });

    test("a Deferred from a trigger before shutdown, delays it, while timers go on", async () => {
      const reactor = makeReactor();
      const calls: string[] = [];
      const done = new Deferred<void>();
      reactor.addSystemEventTrigger("before", "shutdown", () => {
        calls.push(`before ${reactor.running}`);
        reactor.callLater(0, () => {
          calls.push("timer");
          done.callback();
        });
        return done;
      });
      reactor.addSystemEventTrigger("during", "shutdown", () => calls.push(`during ${reactor.running}`));
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run({ installSignalHandlers: false });
      assert.deepEqual(calls, ["before true", "timer", "during false"]);
    });

    test("a trigger that throws or fails, is logged and harms no other", async () => {
      const reactor = makeReactor();
      const logs = capturedLogs();
      const calls: string[] = [];
      reactor.addSystemEventTrigger("before", "shutdown", () => {
        throw new Error("a broken trigger");
      });
      reactor.addSystemEventTrigger("before", "shutdown", async () => Promise.resolve(calls.push("promise")));
      reactor.addSystemEventTrigger("during", "shutdown", () => calls.push("during"));
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run({ installSignalHandlers: false });
      logs.stop();
      assert.deepEqual(calls, ["promise", "during"]);
      assert.equal(logs.filter((event) => event.logFailure?.getErrorMessage() === "a broken trigger").length, 1);
    });

    test("triggers of an event of the program's own, are called when it is fired, once", () => {
      const reactor = makeReactor();
      const calls: string[] = [];
      reactor.addSystemEventTrigger("during", "harvest", (what: string) => calls.push(what), "apples");
      reactor.fireSystemEvent("harvest");
      reactor.fireSystemEvent("harvest");
      assert.deepEqual(calls, ["apples"]);
    });

    test("removeSystemEventTrigger, takes a trigger out, and is refused the second time", () => {
      const reactor = makeReactor();
      const id = reactor.addSystemEventTrigger("during", "harvest", () => assert.fail("it was removed"));
      reactor.removeSystemEventTrigger(id);
      reactor.fireSystemEvent("harvest");
      assert.throws(() => reactor.removeSystemEventTrigger(id), /removed or called already/);
    });

    test("addSystemEventTrigger, refuses what is no phase and what is no function", () => {
      const reactor = makeReactor();
      assert.throws(() => reactor.addSystemEventTrigger("amid" as "during", "startup", () => {}), TypeError);
      assert.throws(() => reactor.addSystemEventTrigger("during", "startup", 3 as never), TypeError);
      assert.throws(() => reactor.callFromThread(undefined as never), TypeError);
    });
  });

  describe(`${name}: timers`, () => {
    test("callLater, calls in the order of the times, ties in the order of scheduling", async () => {
      await running(makeReactor, async (reactor) => {
        const calls: string[] = [];
        const call = (what: string): unknown => calls.push(what);
        const scheduled = [
          { what: "last", time: reactor.callLater(0.02, call, "last").getTime() },
          { what: "middle", time: reactor.callLater(0.01, call, "middle").getTime() },
          { what: "first", time: reactor.callLater(0, call, "first").getTime() },
          { what: "second", time: reactor.callLater(0, call, "second").getTime() },
        ];
        await until(() => calls.length === 4);
        // On a machine that has other work, scheduling alone may take longer than the times are apart.
        assert.deepEqual(
          calls,
          scheduled.toSorted((a, b) => a.time - b.time).map(({ what }) => what),
        );
      });
    });

    test("callLater, does not call before the reactor runs", async () => {
      const reactor = makeReactor();
      const calls: boolean[] = [];
      reactor.callLater(0, () => {
        calls.push(reactor.running);
        reactor.stop();
      });
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(calls, []);
      await reactor.run({ installSignalHandlers: false });
      assert.deepEqual(calls, [true]);
    });

    test("callLater from a timed call, waits for the next turn", async () => {
      await running(makeReactor, async (reactor) => {
        const calls: string[] = [];
        reactor.callLater(0, () => {
          reactor.callLater(0, () => calls.push("scheduled in the turn"));
          calls.push("first");
        });
        reactor.callLater(0, () => calls.push("second"));
        await until(() => calls.length === 3);
        assert.deepEqual(calls, ["first", "second", "scheduled in the turn"]);
      });
    });

    test("DelayedCall, can be cancelled, reset and delayed", async () => {
      await running(makeReactor, async (reactor) => {
        const calls: string[] = [];
        const cancelled = reactor.callLater(0, () => calls.push("cancelled"));
        const sooner = reactor.callLater(1000, () => calls.push("sooner"));
        const later = reactor.callLater(0, () => calls.push("later"));
        cancelled.cancel();
        later.delay(0.02);
        sooner.reset(0.001);
        assert.deepEqual(
          reactor.getDelayedCalls().map((call) => call.active()),
          [true, true],
        );
        await until(() => calls.length === 2);
        assert.deepEqual(calls, ["sooner", "later"]);
        assert.equal(reactor.getDelayedCalls().length, 0);
      });
    });

    test("a timed call that throws, is logged and harms no other", async () => {
      const logs = capturedLogs();
      await running(makeReactor, async (reactor) => {
        let called = false;
        reactor.callLater(0, () => {
          throw new Error("a broken timer");
        });
        reactor.callLater(0, () => (called = true));
        await until(() => called);
      });
      logs.stop();
      assert.equal(logs.filter((event) => event.logFailure?.getErrorMessage() === "a broken timer").length, 1);
    });

    test("callLater, refuses bad delays and what is no function, and schedules nothing", () => {
      const reactor = makeReactor();
      assert.throws(() => reactor.callLater(-1, () => {}), RangeError);
      assert.throws(() => reactor.callLater(Number.NaN, () => {}), RangeError);
      assert.throws(() => reactor.callLater("1" as never, () => {}), TypeError);
      assert.throws(() => reactor.callLater(1, "f" as never), TypeError);
      assert.equal(reactor.getDelayedCalls().length, 0);
    });

    test("seconds, never goes back and is in seconds", { skip: lacks.realTime ?? false }, async () => {
      const reactor = makeReactor();
      const before = reactor.seconds();
      const start = process.hrtime.bigint();
      await new Promise((resolve) => setTimeout(resolve, 20));
      const elapsed = Number(process.hrtime.bigint() - start) / 1e9;
      const passed = reactor.seconds() - before;
      assert.ok(passed > 0 && Math.abs(passed - elapsed) < 0.02, `${passed} of ${elapsed}`);
    });
  });
}
