import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { NotSupportedByReactorError, ReactorAlreadyRunning } from "../../src/reactor/errors.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";

describe("MemoryReactor: running", () => {
  test("a new one, has done nothing", () => {
    const { kind, running, hasInstalled, hasRun, hasStopped, hasCrashed } = new MemoryReactor();
    assert.deepEqual(
      { kind, running, hasInstalled, hasRun, hasStopped, hasCrashed },
      { kind: "memory", running: false, hasInstalled: false, hasRun: false, hasStopped: false, hasCrashed: false },
    );
  });

  test("run, calls what waits for it while it runs, and stops", async () => {
    const reactor = new MemoryReactor();
    const calls: unknown[] = [];
    reactor.callWhenRunning((...args: unknown[]) => calls.push([...args, reactor.running]), 1, 2);
    reactor.callWhenRunning(() => calls.push("second"));
    assert.deepEqual(calls, []);
    const done = reactor.run({ installSignalHandlers: false });
    assert.deepEqual(calls, [[1, 2, true], "second"]);
    assert.deepEqual([reactor.running, reactor.hasRun, reactor.hasStopped], [false, true, true]);
    await done;
  });

  test("run, rejects with what a call throws, and has stopped", async () => {
    const reactor = new MemoryReactor();
    reactor.callWhenRunning(() => {
      throw new RangeError("no");
    });
    await assert.rejects(reactor.run(), /^RangeError: no$/);
    assert.equal(reactor.running, false);
  });

  test("run, is refused while this runs", async () => {
    const reactor = new MemoryReactor();
    reactor.running = true;
    await assert.rejects(reactor.run(), ReactorAlreadyRunning);
    assert.equal(reactor.running, true);
    assert.equal(reactor.hasRun, false);
  });

  test("stop, crash and install, are noted", () => {
    const reactor = new MemoryReactor();
    reactor.running = true;
    reactor.stop();
    assert.deepEqual([reactor.running, reactor.hasStopped, reactor.hasCrashed], [false, true, false]);
    reactor.running = true;
    reactor.crash();
    assert.deepEqual([reactor.running, reactor.hasCrashed], [false, true]);
    reactor.install();
    assert.equal(reactor.hasInstalled, true);
  });

  test("iterate, is refused", async () => {
    await assert.rejects(new MemoryReactor().iterate(), NotSupportedByReactorError);
  });
});

describe("MemoryReactor: callWhenRunning", () => {
  test("records what waits", () => {
    const reactor = new MemoryReactor();
    const callback = (_n: number) => {};
    const id = reactor.callWhenRunning(callback, 3);
    assert.deepEqual(reactor.whenRunningHooks, [{ phase: "after", event: "startup", callback, args: [3] }]);
    assert.equal(reactor.whenRunningHooks[0], id);
  });

  test("calls at once while this runs", () => {
    const reactor = new MemoryReactor();
    reactor.running = true;
    const calls: number[] = [];
    assert.equal(
      reactor.callWhenRunning((n: number) => calls.push(n), 1),
      undefined,
    );
    assert.deepEqual(calls, [1]);
    assert.deepEqual(reactor.whenRunningHooks, []);
  });

  test("can be taken back, once", async () => {
    const reactor = new MemoryReactor();
    const id = reactor.callWhenRunning(() => assert.fail("removed"))!;
    reactor.removeSystemEventTrigger(id);
    assert.throws(() => reactor.removeSystemEventTrigger(id), InvalidStateError);
    await reactor.run();
  });

  test("refuses what is no function", () => {
    const reactor = new MemoryReactor();
    assert.throws(() => reactor.callWhenRunning(1 as unknown as () => void), TypeError);
    assert.throws(() => reactor.addSystemEventTrigger("before", "shutdown", "x" as unknown as () => void), TypeError);
    assert.throws(() => reactor.callFromThread(null as unknown as () => void), TypeError);
    assert.deepEqual([reactor.whenRunningHooks, reactor.triggers.before, reactor.callsFromThread], [[], {}, []]);
  });
});

describe("MemoryReactor: triggers", () => {
  test("addSystemEventTrigger, records by phase and event", () => {
    const reactor = new MemoryReactor();
    const [one, two] = [() => {}, (_text: string) => {}];
    const id = reactor.addSystemEventTrigger("before", "shutdown", one);
    reactor.addSystemEventTrigger("before", "shutdown", two, "text");
    reactor.addSystemEventTrigger("after", "mine", one);
    assert.deepEqual(reactor.triggers, {
      before: {
        shutdown: [
          { phase: "before", event: "shutdown", callback: one, args: [] },
          { phase: "before", event: "shutdown", callback: two, args: ["text"] },
        ],
      },
      during: {},
      after: { mine: [{ phase: "after", event: "mine", callback: one, args: [] }] },
    });
    assert.equal(reactor.triggers.before["shutdown"]?.[0], id);
  });

  test("addSystemEventTrigger, refuses a phase that there is not, and records nothing", () => {
    const reactor = new MemoryReactor();
    assert.throws(() => reactor.addSystemEventTrigger("soon" as "before", "shutdown", () => {}), TypeError);
    assert.deepEqual(reactor.triggers, { before: {}, during: {}, after: {} });
  });

  test("run and stop, call no triggers", async () => {
    const reactor = new MemoryReactor();
    for (const event of ["startup", "shutdown"]) {
      reactor.addSystemEventTrigger("during", event, () => assert.fail("only recorded"));
    }
    await reactor.run();
  });

  test("fireSystemEvent, calls them in the order of the phases, and waits for Deferreds before the event", () => {
    const reactor = new MemoryReactor();
    const calls: string[] = [];
    const ready = new Deferred<void>();
    reactor.addSystemEventTrigger("after", "shutdown", () => calls.push("after"));
    reactor.addSystemEventTrigger("during", "shutdown", (what: string) => calls.push(what), "during");
    reactor.addSystemEventTrigger("before", "shutdown", () => {
      calls.push("before");
      return ready;
    });
    reactor.fireSystemEvent("shutdown");
    assert.deepEqual(calls, ["before"]);
    ready.callback();
    assert.deepEqual(calls, ["before", "during", "after"]);
  });

  test("removeSystemEventTrigger, takes one away, once", () => {
    const reactor = new MemoryReactor();
    const calls: string[] = [];
    const id = reactor.addSystemEventTrigger("before", "shutdown", () => calls.push("removed"));
    reactor.addSystemEventTrigger("before", "shutdown", () => calls.push("kept"));
    reactor.removeSystemEventTrigger(id);
    assert.equal(reactor.triggers.before["shutdown"]?.length, 1);
    assert.throws(() => reactor.removeSystemEventTrigger(id), InvalidStateError);
    assert.throws(() => reactor.removeSystemEventTrigger({ phase: "after", event: "other" }), InvalidStateError);
    reactor.fireSystemEvent("shutdown");
    assert.deepEqual(calls, ["kept"]);
  });

  test("removeSystemEventTrigger, is refused for one that was called", () => {
    const reactor = new MemoryReactor();
    const id = reactor.addSystemEventTrigger("before", "shutdown", () => {});
    reactor.fireSystemEvent("shutdown");
    assert.throws(() => reactor.removeSystemEventTrigger(id), InvalidStateError);
  });
});

test("callFromThread, is recorded", () => {
  const reactor = new MemoryReactor();
  const callback = (_n: number) => assert.fail("only recorded");
  reactor.callFromThread(callback, 1);
  assert.deepEqual(reactor.callsFromThread, [{ callback, args: [1] }]);
});
