/** Its timing is compared with Twisted's in test/interop/monitor-traces.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceNotFoundError } from "../../src/application/errors.ts";
import { ProcessMonitor } from "../../src/application/process-monitor.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { InvalidStateError } from "../../src/errors.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { Logger } from "../../src/logger/logger.ts";
import { ProcessDone } from "../../src/process/errors.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { running, until } from "../conformance/running.ts";
import { assertNoResult, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";

function monitored() {
  const reactor = new MemoryReactorClock();
  const monitor = new ProcessMonitor(reactor);
  const die = (place: number): void => {
    const { protocol, transport } = reactor.spawnedProcesses[place]!;
    transport.pid = null;
    protocol!.processEnded(new Failure(new ProcessDone()));
  };
  return { reactor, monitor, die };
}

test("ProcessMonitor, starts its processes as it is told to", () => {
  const { reactor, monitor } = monitored();
  monitor.addProcess("plain", ["/bin/a", "1"]);
  monitor.addProcess("other", ["/bin/b"], { uid: 1, gid: 2, env: { A: "b" }, cwd: "/tmp" });
  assert.deepEqual(reactor.spawnedProcesses, []);
  monitor.startService();
  monitor.addProcess("late", ["/bin/c"], { env: null });
  assert.deepEqual(
    reactor.spawnedProcesses.map(({ executable, args, options }) => ({ executable, args, options })),
    [
      { executable: "/bin/a", args: ["/bin/a", "1"], options: { uid: null, gid: null, env: {}, path: null } },
      { executable: "/bin/b", args: ["/bin/b"], options: { uid: 1, gid: 2, env: { A: "b" }, path: "/tmp" } },
      { executable: "/bin/c", args: ["/bin/c"], options: { uid: null, gid: null, env: null, path: null } },
    ],
  );
  assert.deepEqual(monitor.runningProcesses, ["plain", "other", "late"]);
});

test("ProcessMonitor, waits twice as long after each short life, and not at all after a long one", () => {
  const { reactor, monitor, die } = monitored();
  monitor.maxRestartDelay = 3;
  monitor.addProcess("a", ["/bin/a"]);
  monitor.startService();
  const waits: number[] = [];
  for (const life of [0, 0.5, 0, 0, 1, 0]) {
    reactor.advance(life);
    die(reactor.spawnedProcesses.length - 1);
    const [call] = reactor.getDelayedCalls();
    waits.push(call!.getTime() - reactor.seconds());
    reactor.advance(waits.at(-1)!);
  }
  assert.deepEqual(waits, [1, 2, 3, 3, 0, 1]);
});

test("ProcessMonitor, has stopped when its processes have ended", () => {
  const { reactor, monitor, die } = monitored();
  monitor.addProcess("a", ["/bin/a"]);
  monitor.addProcess("b", ["/bin/b"]);
  monitor.startService();
  const stopped = monitor.stopService();
  die(0);
  assertNoResult(stopped);
  reactor.advance(5);
  assert.deepEqual(reactor.spawnedProcesses[1]!.transport.signals, ["TERM", "KILL"]);
  die(1);
  successResultOf(stopped);
  assert.deepEqual(reactor.getDelayedCalls(), []);
  successResultOf(monitor.stopService());
});

test("ProcessMonitor, aborted while it stops, kills at once", () => {
  const { reactor, monitor } = monitored();
  monitor.addProcess("a", ["/bin/a"]);
  monitor.startService();
  monitor.abortService();
  void monitor.stopService();
  monitor.abortService();
  assert.deepEqual(reactor.spawnedProcesses[0]!.transport.signals, ["TERM", "KILL"]);
  assert.deepEqual(reactor.getDelayedCalls(), []);
});

test("ProcessMonitor, does not start again what is removed while it waits", () => {
  const { reactor, monitor, die } = monitored();
  monitor.addProcess("a", ["/bin/a"]);
  monitor.startService();
  die(0);
  monitor.removeProcess("a");
  assert.deepEqual(reactor.getDelayedCalls(), []);
});

test("ProcessMonitor, refuses names that are there twice or not at all, and processes without a program", () => {
  const { monitor } = monitored();
  monitor.addProcess("a", ["/bin/a"]);
  assert.throws(() => monitor.addProcess("a", ["/bin/a"]), InvalidStateError);
  assert.throws(() => monitor.removeProcess("b"), /Cannot find the process "b": expected one of "a"/);
  assert.throws(() => monitor.startProcess("b"), ServiceNotFoundError);
  assert.throws(() => monitor.addProcess("c", []), TypeError);
});

test("ProcessMonitor, forgets a process that cannot be started for what it was given", () => {
  class Refusing extends MemoryReactorClock {
    override spawnProcess(): never {
      throw new TypeError("no text");
    }
  }
  const monitor = new ProcessMonitor(new Refusing());
  monitor.startService();
  assert.throws(() => monitor.addProcess("a", ["/bin/a"]), TypeError);
  assert.deepEqual(monitor.runningProcesses, []);
  successResultOf(monitor.stopService());
});

const reactors: Record<string, () => Reactor> = { node: () => new NodeReactor() };
if (loadNativeCore() !== null) reactors["epoll"] = () => new EpollReactor();

for (const [kind, makeReactor] of Object.entries(reactors)) {
  test(`ProcessMonitor on the ${kind} reactor, runs processes, logs them, starts them again and stops them`, async () => {
    await running(makeReactor, async (reactor) => {
      const lines: string[] = [];
      const monitor = new ProcessMonitor(reactor);
      monitor.log = new Logger({ observer: (event: LogEvent) => void lines.push(String(event["line"])) });
      monitor.minRestartDelay = 0.01;
      monitor.killTime = 0.1;
      monitor.addProcess("short", ["/bin/sh", "-c", "echo here"]);
      monitor.addProcess("stubborn", ["/bin/sh", "-c", "trap '' TERM; echo ready; exec /bin/sleep 60"]);
      monitor.addProcess("missing", ["/no/such/program"]);
      monitor.startService();
      await until(() => lines.filter((line) => line === "here").length > 1 && lines.includes("ready"));
      await monitor.stopService();
      assert.deepEqual(monitor.runningProcesses, []);
    });
  });
}
