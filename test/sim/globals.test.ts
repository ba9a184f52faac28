/** The guard as a whole; what each thing that is replaced does is in `guard/`. */
import assert from "node:assert/strict";
import crypto, { randomBytes } from "node:crypto";
import process from "node:process";
import timers from "node:timers";
import timerPromises, { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { Cooperator } from "../../src/clock/cooperator.ts";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Logger } from "../../src/logger/logger.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { installGlobals } from "../../src/sim/globals.ts";
import { SimulationGuardError } from "../../src/sim/guard/guard-error.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running, until } from "../conformance/running.ts";
import { Recorder } from "../conformance/stream-fixtures.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import "../support/quiet-logs.ts";
import { guarded, HostOfTest } from "./guard/simulated-host.ts";

/** Everything that is replaced, and what it is now. */
function globalsNow(): unknown[] {
  const holders: [object, readonly PropertyKey[]][] = [
    [
      globalThis,
      ["Date", "setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"],
    ],
    [timers, ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"]],
    [timerPromises, ["setTimeout", "setInterval", "setImmediate"]],
    [Object.getPrototypeOf(timerPromises.scheduler) as object, ["wait", "yield"]],
    [Date, ["now"]],
    [Date.prototype, ["constructor"]],
    [Object.getPrototypeOf(performance) as object, ["now", "timeOrigin"]],
    [process, ["hrtime", "uptime"]],
    [Math, ["random"]],
    [AbortSignal, ["timeout"]],
    [
      crypto,
      ["randomBytes", "randomFill", "randomFillSync", "randomInt", "randomUUID", "pseudoRandomBytes", "prng", "rng"],
    ],
    [Object.getPrototypeOf(crypto.webcrypto) as object, ["getRandomValues", "randomUUID"]],
  ];
  return holders.flatMap(([holder, keys]) => keys.map((key) => Object.getOwnPropertyDescriptor(holder, key)));
}

/** What simulated code may not do, with what it is told to do instead. */
const TOUCHES: readonly (readonly [touch: () => unknown, touched: string, instead: RegExp])[] = [
  [() => new Date(), "new Date()", /expected host\.clock\.seconds\(\)$/],
  [() => Date(), "Date()", /expected host\.clock\.seconds\(\)$/],
  [() => Date.now(), "Date.now()", /expected host\.clock\.seconds\(\)$/],
  [() => performance.now(), "performance.now()", /expected host\.clock\.monotonic\(\)$/],
  [() => performance.timeOrigin, "performance.timeOrigin", /expected host\.clock\.monotonic\(\)$/],
  [() => process.hrtime(), "process.hrtime()", /expected host\.clock\.monotonic\(\)$/],
  [() => process.hrtime.bigint(), "process.hrtime.bigint()", /expected host\.clock\.monotonic\(\)$/],
  [() => process.uptime(), "process.uptime()", /expected host\.clock\.monotonic\(\)$/],
  [() => setTimeout(() => {}, 1), "setTimeout", /expected host\.reactor\.callLater$/],
  [() => setInterval(() => {}, 1), "setInterval", /expected host\.reactor\.callLater$/],
  [() => setImmediate(() => {}), "setImmediate", /expected host\.reactor\.callLater$/],
  [() => timers.setTimeout(() => {}, 1), "setTimeout", /expected host\.reactor\.callLater$/],
  [() => AbortSignal.timeout(1), "AbortSignal.timeout()", /expected host\.reactor\.callLater$/],
  [() => sleep(1), "setTimeout of node:timers/promises", /expected deferLater\(host\.reactor, seconds, call\)$/],
  [() => timerPromises.setImmediate(), "setImmediate of node:timers/promises", /expected deferLater/],
  [() => timerPromises.setInterval(1), "setInterval of node:timers/promises", /expected deferLater/],
  [() => timerPromises.scheduler.wait(1), "scheduler.wait()", /expected deferLater/],
  [() => timerPromises.scheduler.yield(), "scheduler.yield()", /expected deferLater/],
  [() => Math.random(), "Math.random()", /expected host\.random$/],
  [() => randomBytes(1), "crypto.randomBytes()", /expected host\.random$/],
  [() => crypto.randomInt(5), "crypto.randomInt()", /expected host\.random$/],
  [() => crypto.randomUUID(), "crypto.randomUUID()", /expected host\.random$/],
  [() => crypto.randomFillSync(Buffer.alloc(1)), "crypto.randomFillSync()", /expected host\.random$/],
  [() => crypto.randomFill(Buffer.alloc(1), () => {}), "crypto.randomFill()", /expected host\.random$/],
  [() => globalThis.crypto.randomUUID(), "crypto.randomUUID()", /expected host\.random$/],
  [() => globalThis.crypto.getRandomValues(new Uint8Array(1)), "crypto.getRandomValues()", /expected host\.random$/],
];

test("installGlobals, throw, tells simulated code what it touched, and what to use", async () => {
  await guarded("throw", (host) => {
    for (const [touch, touched, instead] of TOUCHES) {
      // What asserts looks at the clock.
      let error: unknown;
      try {
        touch();
      } catch (thrown) {
        error = thrown;
      }
      host.runs = false;
      assert.ok(error instanceof SimulationGuardError, touched);
      assert.deepEqual([error.touched, error.host], [touched, "db1"]);
      assert.match(error.message, instead);
      host.runs = true;
    }
  });
});

test("installGlobals, outside of simulated code, passes everything on", async () => {
  await guarded("throw", async (host) => {
    host.runs = false;
    for (const [touch] of TOUCHES) {
      const result = touch();
      if (typeof result === "object" && result !== null && Symbol.toPrimitive in result) clearTimeout(result as never);
      await (result as Promise<unknown>);
    }
  });
});

test("installGlobals, uninstalled, leaves everything exactly as it was", async () => {
  const before = globalsNow();
  const { now } = Date;
  await guarded("simulate", () => assert.notDeepEqual(globalsNow(), before));
  const after = globalsNow();
  assert.equal(after.length, before.length);
  for (const [index, descriptor] of before.entries()) assert.deepEqual(after[index], descriptor);
  assert.equal(Date.now, now);
  assert.equal((await import("node:crypto")).randomBytes, crypto.randomBytes);
});

test("installGlobals, several times, lasts until the last is removed, in any order", () => {
  const { now } = Date;
  const [one, two] = [new HostOfTest("one"), new HostOfTest("two")];
  const first = installGlobals("simulate", () => (one.runs ? one : undefined));
  const second = installGlobals("throw", () => two);
  one.clock.advance(5);
  assert.equal(performance.now(), 5000);
  first();
  first();
  assert.throws(() => Date.now(), { name: "SimulationGuardError", host: "two" });
  second();
  assert.equal(Date.now, now);
});

test("installGlobals, what a library took while a guard was installed, is guarded again by the next", async () => {
  const taken = await guarded("simulate", () => ({
    now: Date.now,
    random: Math.random,
    Date,
    bytes: crypto.randomBytes,
  }));
  assert.ok(taken.now() > 1_500_000_000_000);
  await guarded("simulate", () => {
    assert.deepEqual(
      [taken.now(), taken.random(), new taken.Date().getTime()],
      [1_000_000_000_000, 0, 1_000_000_000_000],
    );
    assert.deepEqual([...taken.bytes(1)], [2]);
  });
});

test("installGlobals, for what is no mode or no function, is refused, and changes nothing", () => {
  const { now } = Date;
  assert.throws(() => installGlobals("none" as never, () => undefined), /by 'none': expected "throw" or "simulate"/);
  assert.throws(() => installGlobals("throw", {} as never), /\{\} cannot tell whose runs, expected a function/);
  assert.equal(Date.now, now);
});

test("the engine's housekeeping, in simulated code under a guard that throws, goes on", async () => {
  const events: LogEvent[] = [];
  const host = new HostOfTest();
  const captured = capturedLogs();
  await guarded(
    "throw",
    () => {
      new Logger({ observer: (event) => void events.push(event) }).info("said by simulated code");
      new Deferred<void>().errback(new Error("nobody handles this"));
      const clock = new Clock();
      const cooperator = new Cooperator({ clock });
      const steps: number[] = [];
      void cooperator.coiterate([1, 2, 3].map((step) => steps.push(step)));
      clock.advance(1);
      host.runs = false;
      assert.deepEqual(steps, [1, 2, 3]);
    },
    host,
  );
  assert.ok(events[0]!.logTime! > 1_500_000_000);
  await until(() => captured.some((event) => String(event["logFormat"]).startsWith("Unhandled error")));
  captured.stop();
});

/** Sends bytes through a reactor over sockets, while all that runs passes for simulated code. */
async function trafficBeside(makeReactor: () => Reactor): Promise<void> {
  const host = new HostOfTest();
  host.runs = false;
  await guarded(
    "throw",
    () =>
      running(makeReactor, async (reactor) => {
        const server = new Recorder();
        const factory = new Factory<Recorder>();
        factory.noisy = false;
        factory.buildProtocol = () => server;
        const port = await reactor.listenTCP(0, factory, { interface: "127.0.0.1" }).whenListening();
        const client = new Recorder();
        const clientFactory = {
          doStart() {},
          doStop() {},
          startedConnecting() {},
          clientConnectionFailed() {},
          clientConnectionLost() {},
        };
        let later = 0;
        host.runs = true;
        reactor.connectTCP("127.0.0.1", (port.getHost() as InternetAddress).port, {
          ...clientFactory,
          buildProtocol: () => client,
        });
        reactor.callLater(0.001, () => later++);
        await new Promise<void>((resolve) => {
          const look = (): void => {
            if (client.transport !== undefined && later === 1) resolve();
            else reactor.callLater(0.001, look);
          };
          look();
        });
        client.transport.write("hello");
        client.transport.loseConnection();
        await new Promise<void>((resolve) => {
          const look = (): void => {
            if (server.lost !== undefined) resolve();
            else reactor.callLater(0.001, look);
          };
          look();
        });
        host.runs = false;
        assert.deepEqual([server.text, server.reason], ["hello", "ConnectionDone"]);
      }),
    host,
  );
}

test("a node reactor beside a simulation, is not its business", () => trafficBeside(() => new NodeReactor()));

test("an epoll reactor beside a simulation, is not its business", { skip: loadNativeCore() === null }, () =>
  trafficBeside(() => new EpollReactor()),
);
