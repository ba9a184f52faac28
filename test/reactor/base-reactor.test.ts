/** What is not seen from the conformance suites: signals, idleness, far timers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { Program } from "../support/program.ts";
import "../support/quiet-logs.ts";

test("BaseReactor.run, ends cleanly by SIGINT and by SIGTERM", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const server = new Program("examples/echo/server", ["0"]);
    await server.prints(/Echo on/);
    server.process.kill(signal);
    assert.equal(await server.ended(), 0);
  }
});

test("BaseReactor.run, leaves signals alone when told so, and takes its listeners away", async () => {
  const listeners = (): number => process.listenerCount("SIGTERM");
  const before = listeners();
  const reactor = new NodeReactor();
  const quiet = reactor.run({ installSignalHandlers: false });
  assert.equal(listeners(), before);
  reactor.stop();
  await quiet;
  const listening = reactor.run();
  assert.equal(listeners(), before + 1);
  reactor.stop();
  assert.equal(listeners(), before);
  await listening;
});

test("BaseReactor, idle, uses no processor time", async () => {
  const program = await Program.run("test/support/idle");
  assert.equal(program.stderr, "");
  const { cpu, elapsed } = JSON.parse(program.stdout) as { cpu: number; elapsed: number };
  assert.ok(cpu < elapsed * 0.1, `${cpu} s of processor time in ${elapsed} s`);
});

test("BaseReactor.callLater, takes a delay that is longer than the runtime's longest timer", async () => {
  const reactor = new NodeReactor();
  const never = reactor.callLater(1e9, () => assert.fail("not in this life"));
  reactor.callLater(Infinity, () => assert.fail("never"));
  reactor.callLater(0.001, () => reactor.stop());
  await reactor.run({ installSignalHandlers: false });
  assert.equal(never.active(), true);
});

test("BaseReactor.callLater, by a later call that comes sooner, wakes up sooner", async () => {
  const reactor = new NodeReactor();
  const calls: string[] = [];
  reactor.callWhenRunning(() => {
    setImmediate(() => {
      reactor.callLater(1000, () => calls.push("late"));
      reactor.callLater(0.001, () => {
        calls.push("soon");
        reactor.stop();
      });
    });
  });
  await reactor.run({ installSignalHandlers: false });
  assert.deepEqual(calls, ["soon"]);
});

test("BaseReactor.iterate, waits as long as it is told", async () => {
  const reactor = new NodeReactor();
  const start = reactor.seconds();
  await reactor.iterate(0.01);
  assert.ok(reactor.seconds() - start >= 0.009);
});

test("BaseReactor, logs what cannot be closed in the shutdown and closes the rest", async () => {
  const logs = capturedLogs();
  const reactor = new NodeReactor();
  const closed: string[] = [];
  const stuck = {
    closeNow: () => {
      throw new Error("stuck");
    },
  };
  const forgotten = { closeNow: () => closed.push("forgotten") };
  reactor.track(stuck);
  reactor.track({ closeNow: (reason) => closed.push((reason.value as Error).name) });
  reactor.track(forgotten);
  reactor.untrack(forgotten);
  reactor.callWhenRunning(() => reactor.stop());
  await reactor.run({ installSignalHandlers: false });
  logs.stop();
  assert.deepEqual(closed, ["ConnectionLost"]);
  assert.equal(logs.filter((event) => event.logFailure?.getErrorMessage() === "stuck").length, 1);
});

test("BaseReactor.crash, in a turn, ends the reactor after the turn's calls", async () => {
  const reactor = new NodeReactor();
  const calls: string[] = [];
  reactor.callLater(0, () => {
    reactor.crash();
    calls.push("crashed");
  });
  reactor.callLater(0, () => calls.push("same turn"));
  await reactor.run({ installSignalHandlers: false });
  assert.deepEqual(calls, ["crashed", "same turn"]);
});
