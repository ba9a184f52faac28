import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { WorkerError } from "../../src/application/errors.ts";
import { WorkerGroup } from "../../src/application/worker-group.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ProcessDone, ProcessTerminated } from "../../src/process/errors.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { running, until } from "../conformance/running.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";

const LISTEN = "tcp:0:interface=127.0.0.1";

function group(workers = 2, listen: readonly string[] = []) {
  const reactor = new MemoryReactorClock();
  const service = new WorkerGroup(reactor, {
    workers,
    program: "/worker.js",
    args: ["--quiet"],
    execArgv: ["--no-warnings"],
    env: { A: "b" },
    listen,
    retryPolicy: (failures) => failures * 2,
  });
  const at = (place: number) => reactor.spawnedProcesses[place]!;
  const ready = (place: number): void => at(place).protocol!.childDataReceived(3, Buffer.from('{"kind":"ready"}\n'));
  const die = (place: number): void => {
    at(place).transport.pid = null;
    at(place).protocol!.processEnded(new Failure(new ProcessDone()));
  };
  const signals = (): string[] => reactor.spawnedProcesses.map(({ transport }) => transport.signals.join(" "));
  return { reactor, service, at, ready, die, signals };
}

test("WorkerGroup, starts its workers with the sockets, and says when all are ready", () => {
  const { reactor, service, at, ready } = group(2, [LISTEN]);
  service.privilegedStartService();
  service.startService();
  service.startService();
  assert.equal(reactor.spawnedProcesses.length, 2);
  const { executable, args, options } = at(1);
  assert.equal(executable, process.execPath);
  assert.deepEqual(args, [process.execPath, "--no-warnings", "/worker.js", "--quiet"]);
  assert.deepEqual(options.env, { A: "b", HAWSER_WORKER: JSON.stringify({ id: 1, listen: [LISTEN] }) });
  const fd = options.childFDs![4];
  assert.ok(typeof fd === "number" && fd > 2);
  assert.deepEqual(options.childFDs, { 0: "w", 1: "r", 2: "r", 3: "r", 4: fd });
  const all = service.whenReady();
  ready(0);
  assertNoResult(all);
  ready(1);
  successResultOf(all);
  successResultOf(service.whenReady());
  assert.equal(service.pids.length, 2);
  service.closeSockets();
});

test("WorkerGroup, starts a worker again, at once where it has lived, else after longer and longer waits", () => {
  const { reactor, service, ready, die } = group(1);
  service.startService();
  const waits: number[] = [];
  for (const life of [0, 0, 5, 0]) {
    ready(reactor.spawnedProcesses.length - 1);
    reactor.advance(life);
    die(reactor.spawnedProcesses.length - 1);
    assert.deepEqual(service.pids, [null]);
    waits.push(reactor.getDelayedCalls()[0]!.getTime() - reactor.seconds());
    reactor.advance(waits.at(-1)!);
  }
  assert.deepEqual(waits, [2, 4, 0, 2]);
});

test("WorkerGroup, kills a worker that is not ready in time", () => {
  const { reactor, service, ready, signals } = group(2);
  service.startService();
  ready(0);
  reactor.advance(30);
  assert.deepEqual(signals(), ["", "KILL"]);
});

test("WorkerGroup, reloaded, tells each old worker to stop when the new one is ready", () => {
  const { service, ready, die, signals } = group(2);
  service.startService();
  ready(0);
  ready(1);
  const [reloaded, twice] = [service.reload(), service.reload()];
  assert.deepEqual(signals(), ["", "", "", ""]);
  ready(3);
  assert.deepEqual(signals(), ["", "TERM", "", ""]);
  assertNoResult(reloaded);
  ready(2);
  assert.deepEqual(signals(), ["TERM", "TERM", "", ""]);
  successResultOf(reloaded);
  successResultOf(twice);
  // Their end is what was wanted: nothing is started for it.
  die(0);
  die(1);
  assert.equal(service.pids.includes(null), false);
  assert.equal(signals().length, 4);
});

test("WorkerGroup, keeps the old worker where the new one does not become ready", () => {
  const { reactor, service, ready, die, signals } = group(1);
  service.startService();
  ready(0);
  const [old] = service.pids;
  const reloaded = service.reload();
  reactor.advance(30);
  assert.deepEqual(signals(), ["", "KILL"]);
  die(1);
  failureResultOf(reloaded, WorkerError);
  assert.deepEqual(service.pids, [old]);
  assert.deepEqual(reactor.getDelayedCalls(), []);
});

test("WorkerGroup, replaces a worker that died while its successor was on its way", () => {
  const { reactor, service, ready, die } = group(1);
  service.startService();
  ready(0);
  const reloaded = service.reload();
  die(0);
  ready(1);
  successResultOf(reloaded);
  reactor.advance(100);
  assert.equal(reactor.spawnedProcesses.length, 2);
});

test("WorkerGroup, has stopped when all workers have, also those that were on their way or leaving", () => {
  const { reactor, service, ready, die, signals } = group(1);
  service.startService();
  ready(0);
  void service.reload();
  ready(1);
  const reloaded = service.reload();
  const stopped = service.stopService();
  assert.deepEqual(signals(), ["TERM", "TERM", "TERM"]);
  assert.equal(service.allPIDs.length, 3);
  assert.throws(() => service.startService(), InvalidStateError);
  die(2);
  failureResultOf(reloaded, CancelledError);
  die(0);
  assertNoResult(stopped);
  reactor.advance(30);
  assert.deepEqual(signals(), ["TERM", "TERM KILL", "TERM"]);
  die(1);
  successResultOf(stopped);
  assert.deepEqual(reactor.getDelayedCalls(), []);
  successResultOf(service.stopService());
  service.startService();
});

test("WorkerGroup, stopped before it is ready, says so, and aborted, kills", () => {
  const { reactor, service, at, signals } = group(1);
  service.startService();
  const ready = service.whenReady();
  void service.stopService();
  failureResultOf(ready, CancelledError);
  service.abortService();
  // It may abort in an orderly way, and leave no processes of its own behind.
  assert.deepEqual([...at(0).transport.closed], [0]);
  assert.deepEqual(signals(), ["TERM"]);
  reactor.advance(2);
  assert.deepEqual(signals(), ["TERM KILL"]);
});

test("WorkerGroup, waits until all listen for the first time, and says why where one cannot", () => {
  const { service, at, ready, die, reactor } = group(2);
  service.startService();
  const listening = service.waitForListening();
  ready(0);
  die(0);
  reactor.advance(2);
  assertNoResult(listening);
  at(1).protocol!.childDataReceived(3, Buffer.from('{"kind":"problem","text":"no such file"}\n'));
  at(1).transport.pid = null;
  at(1).protocol!.processEnded(new Failure(new ProcessTerminated({ exitCode: 5, signal: null })));
  const { message, problem, exitCode } = failureResultOf(listening, WorkerError);
  assert.deepEqual(
    [message, problem, exitCode],
    ["Worker 1 ended before it was ready: no such file", "no such file", 5],
  );
  // Nobody waits any more: it is started again.
  ready(2);
  assert.deepEqual(service.pids.at(1), null);

  const other = group(1);
  other.service.startService();
  const given = other.service.waitForListening();
  given.addErrback(() => {});
  given.cancel();
  const stopped = other.service.waitForListening();
  void other.service.stopService();
  failureResultOf(stopped, CancelledError);
  const third = group(1);
  third.service.startService();
  third.ready(0);
  third.ready(0);
  successResultOf(third.service.waitForListening());
});

test("WorkerGroup, passes on what its workers say, and starts them where and how it is told", () => {
  const said: string[] = [];
  const reactor = new MemoryReactorClock();
  const service = new WorkerGroup(reactor, {
    workers: 1,
    program: "/worker.js",
    listen: [LISTEN],
    cwd: "/srv",
    stdout: "inherit",
    said: (text, pid) => said.push(`${text} from ${pid}`),
  });
  assert.deepEqual(service.addresses, []);
  service.startService();
  const [{ protocol, options, transport }] = reactor.spawnedProcesses as [(typeof reactor.spawnedProcesses)[0]];
  assert.deepEqual([options.path, options.childFDs![1]], ["/srv", 1]);
  protocol!.childDataReceived(3, Buffer.from('{"kind":"said","text":"hello"}\n'));
  assert.deepEqual(said, [`hello from ${transport.pid}`]);
  assert.match(String(service.addresses), /^IPv4Address\(TCP, '127\.0\.0\.1', [1-9]\d*\)$/);
  service.closeSockets();
});

test("WorkerGroup, refuses numbers of workers that there are not, and to be reloaded where it does not run", () => {
  for (const workers of [0, 1.5, -1]) assert.throws(() => group(workers), RangeError);
  assert.throws(() => group().service.reload(), InvalidStateError);
});

/** Asks who answers at `port`; the connection stays open. */
async function ask(port: number): Promise<{ socket: Socket; pid: number }> {
  const socket = connect(port, "127.0.0.1");
  const [line] = (await once(socket, "data")) as [Buffer];
  return { socket, pid: Number(line.toString().split(" ")[1]) };
}

const kinds: Record<string, () => Reactor> = { node: () => new NodeReactor() };
if (loadNativeCore() !== null) kinds["epoll"] = () => new EpollReactor();

for (const [kind, makeReactor] of Object.entries(kinds)) {
  test(`WorkerGroup on the ${kind} reactor, shares a port, starts a dead worker again, and reloads without losing a connection`, async () => {
    await running(makeReactor, async (reactor) => {
      const logs = capturedLogs();
      const service = new WorkerGroup(reactor, {
        workers: 2,
        program: fileURLToPath(new URL("worker-program.js", import.meta.url)),
        env: { ...process.env, HAWSER_REACTOR: kind, LISTEN },
        listen: [LISTEN],
      });
      service.startService();
      try {
        await service.whenReady();
        const lines = logs.map((event) => String(event["line"])).filter((line) => line.startsWith("port "));
        assert.equal(new Set(lines).size, 1);
        const port = Number(lines[0]!.slice("port ".length));

        const before = service.pids;
        process.kill(before[0]!, "SIGKILL");
        await until(() => service.pids[0] !== before[0] && service.pids[0] !== null);
        await service.whenReady();

        const old = service.pids;
        const kept = await ask(port);
        assert.ok(old.includes(kept.pid));
        // What a terminal sends to all of them is for the group to act upon.
        for (const pid of old) process.kill(pid!, "SIGINT");
        const reloaded = service.reload();
        const reloading = { isOver: false };
        reloaded.addBoth((result) => {
          reloading.isOver = true;
          return result;
        });
        // All the while, each connection has an answer.
        let asked = 0;
        for (; !reloading.isOver; asked++) (await ask(port)).socket.destroy();
        await reloaded;
        assert.ok(asked > 0);
        assert.ok(service.pids.every((pid) => pid !== null && !old.includes(pid)));
        // What the old worker was in the middle of goes on.
        kept.socket.write("still here");
        const [echo] = (await once(kept.socket, "data")) as [Buffer];
        assert.equal(echo.toString(), "still here");
        kept.socket.end();
      } finally {
        await service.stopService();
        logs.stop();
      }
      assert.deepEqual(service.pids, [null, null]);
    });
  });
}
