import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { succeed } from "../../src/deferred/maybe-deferred.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { SystemExit, react } from "../../src/reactor/react.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import "../support/quiet-logs.ts";

after(() => (process.exitCode = 0));

test("react, runs the reactor until the Deferred is there, and exits with 0", async () => {
  const reactor = new NodeReactor();
  const calls: unknown[] = [];
  const main = (given: Reactor, ...argv: string[]): Deferred<void> => {
    calls.push(given === reactor, argv, reactor.running);
    const done = new Deferred<void>();
    reactor.callLater(0.001, () => done.callback());
    return done;
  };
  assert.equal(await react(main, ["a", "b"], { reactor }), 0);
  assert.deepEqual(calls, [true, ["a", "b"], false]);
  assert.equal(process.exitCode, 0);
});

test("react, takes async functions and answers that are there at once", async () => {
  assert.equal(await react(async () => Promise.resolve(), [], { reactor: new NodeReactor() }), 0);
  assert.equal(await react(() => succeed(1), [], { reactor: new NodeReactor() }), 0);
  assert.equal(await react(() => undefined, [], { reactor: new NodeReactor() }), 0);
});

test("react, logs a failure and exits with 1", async () => {
  const logs = capturedLogs();
  const main = async (): Promise<void> => Promise.reject(new Error("no luck"));
  assert.equal(await react(main, [], { reactor: new NodeReactor() }), 1);
  logs.stop();
  assert.equal(logs.filter((event) => event.logFailure?.getErrorMessage() === "no luck").length, 1);
});

test("react, exits with the code of SystemExit", async () => {
  const main = (): never => {
    throw new SystemExit(7);
  };
  assert.equal(await react(main, [], { reactor: new NodeReactor() }), 7);
  assert.equal(process.exitCode, 7);
  assert.equal(new SystemExit().exitCode, 0);
});

test("react, that is stopped before its Deferred is there, exits with 0", async () => {
  const reactor = new NodeReactor();
  const unfinished = new Deferred<void>();
  reactor.callWhenRunning(() => reactor.stop());
  assert.equal(await react(() => unfinished, [], { reactor }), 0);
  unfinished.callback();
});

test("react, refuses what is no function", async () => {
  await assert.rejects(react("main" as never), TypeError);
});
