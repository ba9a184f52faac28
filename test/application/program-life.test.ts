import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ProgramLife, stopReactor } from "../../src/application/program-life.ts";
import type { ProgramLifeOptions, Startable } from "../../src/application/program-life.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { fail } from "../../src/deferred/maybe-deferred.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import "../support/quiet-logs.ts";

/** Lives through a program, and answers what failed. */
async function live(
  reactor: Reactor,
  make: ProgramLifeOptions<Startable>["make"],
  options: Partial<ProgramLifeOptions<Startable>> = {},
): Promise<unknown[]> {
  const failures: unknown[] = [];
  await new ProgramLife(reactor, { make, failed: (error) => failures.push(error), ...options }).run();
  return failures;
}

/** Is started, and stops the reactor at once. */
function stopping(reactor: Reactor, said: string[] = []): Startable {
  return {
    startService: () => {
      said.push("start");
      reactor.callLater(0, () => reactor.stop());
    },
    stopService: () => said.push("stop"),
  };
}

describe("ProgramLife", () => {
  test("starts, waits for the end, and stops", async () => {
    const said: string[] = [];
    const reactor = new NodeReactor();
    const program = {
      ...stopping(reactor, said),
      privilegedStartService: () => said.push("privileged"),
      stopService: async () => {
        await Promise.resolve();
        said.push("stop");
      },
    };
    const failures = await live(reactor, async () => Promise.resolve(program), {
      betweenStarts: (made) => said.push(`between the starts of ${made === program ? "it" : "what?"}`),
      ready: () => said.push("ready"),
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(said, ["privileged", "between the starts of it", "start", "ready", "stop"]);
  });

  test("goes on where there is nothing to be started, until the reactor is stopped", async () => {
    const reactor = new NodeReactor();
    const failures = await live(reactor, () => void reactor.callLater(0, () => reactor.stop()));
    assert.deepEqual(failures, []);
  });

  test("is ready when what starts it has been called, where that is said", async () => {
    const reactor = new NodeReactor();
    const said: string[] = [];
    const made = new Deferred<Startable>();
    const ready = (): void => {
      said.push("ready");
      made.callback(stopping(reactor, said));
    };
    assert.deepEqual(await live(reactor, () => made, { isReadyWhenCalled: true, ready }), []);
    assert.deepEqual(said, ["ready", "start", "stop"]);
  });

  test("tells what cannot be made, started or stopped, when it happens", async () => {
    const [startService, stopService] = [(): void => {}, (): void => {}];
    const error = new Error("Oh");
    const fails = (): never => {
      throw error;
    };
    const cases: ProgramLifeOptions<Startable>["make"][] = [
      fails,
      () => ({ startService: fails, stopService }),
      () => ({ startService: async () => Promise.reject(error), stopService }),
      () => ({ privilegedStartService: fails, startService, stopService }),
      () => ({ startService, stopService, waitForListening: () => fail(error) }) as Startable,
    ];
    for (const make of cases) assert.deepEqual(await live(new NodeReactor(), make), [error]);
    const reactor = new NodeReactor();
    assert.deepEqual(await live(reactor, () => ({ ...stopping(reactor), stopService: fails })), [error]);
    assert.deepEqual(await live(new NodeReactor(), () => ({ startService: fails, stopService: fails })), [
      error,
      error,
    ]);
  });

  test("does not complain about a start that was given up by stopping, and starts nothing that comes too late", async () => {
    const reactor = new NodeReactor();
    const starting = new Deferred<void>();
    const startService = (): Deferred<void> => {
      reactor.callLater(0, () => reactor.stop());
      return starting;
    };
    assert.deepEqual(await live(reactor, () => ({ startService, stopService: () => starting.cancel() })), []);

    const other = new NodeReactor();
    const made = new Deferred<Startable>();
    other.callWhenRunning(() => other.stop());
    other.addSystemEventTrigger("after", "shutdown", () => made.callback(stopping(other)));
    assert.deepEqual(await live(other, () => made), []);
  });

  test("aborts at once where a second signal comes before it has stopped", async () => {
    const reactor = new NodeReactor();
    const said: string[] = [];
    const stopped = new Deferred<void>();
    const program = {
      startService: () => {},
      stopService: () => {
        said.push("stop");
        return stopped;
      },
      abortService: () => {
        said.push("abort");
        stopped.callback();
      },
    };
    const ready = (): void => {
      process.emit("SIGTERM", "SIGTERM");
      process.emit("SIGINT", "SIGINT");
    };
    assert.deepEqual(await live(reactor, () => program, { ready }), []);
    assert.deepEqual(said, ["stop", "abort"]);
    // One that cannot be aborted is not waited for.
    const endless = { startService: () => {}, stopService: () => new Deferred<void>() };
    assert.deepEqual(await live(new NodeReactor(), () => endless, { ready }), []);
  });

  test("opens the log again and reloads on SIGHUP, stops where it has neither, and tells of a reload that fails", async () => {
    const reactor = new NodeReactor();
    const said: string[] = [];
    const hangUp = (): void => void process.emit("SIGHUP", "SIGHUP");
    const reload = (): never => {
      said.push("reload");
      reactor.stop();
      throw new Error("Oh");
    };
    await live(reactor, () => undefined, { reopenLog: () => said.push("reopen"), reload, ready: hangUp });
    assert.deepEqual(said, ["reopen", "reload"]);
    assert.deepEqual(await live(new NodeReactor(), () => undefined, { ready: hangUp }), []);
  });

  test("lets what it has started reload itself on SIGHUP, unless it is told to reload something else", async () => {
    for (const given of [undefined, "the program"]) {
      const reactor = new NodeReactor();
      const said: string[] = [];
      const reloads = (who: string) => (): void => {
        said.push(who);
        reactor.stop();
      };
      const program = { startService() {}, stopService() {}, reload: reloads("what was started") };
      const reload = given === undefined ? undefined : reloads(given);
      const ready = (): void => void process.emit("SIGHUP", "SIGHUP");
      assert.deepEqual(await live(reactor, () => program, { reload, ready }), []);
      assert.deepEqual(said, [given ?? "what was started"]);
    }
  });
});

test("stopReactor, stops it unless it is stopped", async () => {
  const reactor = new NodeReactor();
  stopReactor(reactor);
  reactor.callWhenRunning(() => {
    stopReactor(reactor);
    stopReactor(reactor);
  });
  await reactor.run();
  assert.equal(reactor.running, false);
});
