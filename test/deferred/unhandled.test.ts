/** Failures that nobody handles: when they are reported, and how often. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, test } from "node:test";
import { setDebugging } from "../../src/deferred/debugging.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { setUnhandledFailures } from "../../src/deferred/unhandled.ts";
import type { UnhandledMode } from "../../src/deferred/unhandled.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import type { CapturedLogs } from "../../src/logger/captured-logs.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { endOfTurn } from "./results.ts";
// oxlint-disable-next-line import/no-unassigned-import -- for its effect
import "../support/quiet-logs.ts";

class NotFound extends Error {}

let logs: CapturedLogs;

beforeEach(() => {
  logs = capturedLogs();
});

afterEach(async () => {
  await endOfTurn();
  logs[Symbol.dispose]();
  setUnhandledFailures("turn");
  setDebugging(false);
});

/** What has been reported, at the end of the turn. */
async function reported(): Promise<unknown[]> {
  await endOfTurn();
  return logs.map((event) => event.logFailure?.value);
}

test("an unhandled failure, is reported once, at the end of the turn, as a critical event with the failure", async () => {
  const error = new NotFound("gone");
  const d = fail(error);
  await Promise.resolve();
  assert.equal(logs.length, 0);
  assert.deepEqual(await reported(), [error]);
  const [event] = logs;
  assert.ok(event !== undefined);
  assert.equal(event.logLevel, LogLevel.critical);
  assert.equal(event.logNamespace, "hawser.deferred");
  assert.equal(formatEvent(event), "Unhandled error in Deferred");
  assert.deepEqual(await reported(), [error]);
  assert.ok(d.result instanceof Failure);
});

test("a failure that is handled in the same turn, is not reported", async () => {
  const d = fail(new NotFound("gone"));
  await Promise.resolve();
  d.addErrback(() => undefined);
  assert.deepEqual(await reported(), []);
});

test("a failure that a callback makes, is reported, and one that an errback mends is not", async () => {
  const error = new NotFound("from a callback");
  succeed(1).addCallback(() => {
    throw error;
  });
  fail(new NotFound("mended")).addErrback(() => 404);
  assert.deepEqual(await reported(), [error]);
});

test("an errback that throws, is reported with its own error only", async () => {
  const second = new RangeError("worse");
  fail(new NotFound("first")).addErrback(() => {
    throw second;
  });
  assert.deepEqual(await reported(), [second]);
});

test("an errback that is added after the report, is called, withdraws nothing and reports nothing again", async () => {
  const error = new NotFound("gone");
  const d = fail(error);
  assert.deepEqual(await reported(), [error]);
  const seen: unknown[] = [];
  d.addErrback((failure) => {
    seen.push(failure.value);
    return failure;
  });
  assert.deepEqual(seen, [error]);
  assert.deepEqual(await reported(), [error]);
});

test("a failure, is reported once, however many Deferreds it goes through in however many turns", async () => {
  const error = new NotFound("gone");
  const inner = fail(error);
  assert.deepEqual(await reported(), [error]);
  const outer = succeed(1).addCallback(() => inner);
  const last = new Deferred<unknown>();
  outer.addErrback((failure) => last.errback(failure));
  assert.deepEqual(await reported(), [error]);
  assert.ok(last.result instanceof Failure);
});

test("a failure that another Deferred takes over, is reported for the last only", async () => {
  const inner = new Deferred<string>();
  const outer = succeed(1).addCallback(() => inner);
  const error = new NotFound("gone");
  inner.errback(error);
  assert.deepEqual(await reported(), [error]);
  const taken = fail(new NotFound("taken"));
  succeed(1)
    .addCallback(() => taken)
    .addErrback(() => "mended");
  assert.deepEqual(await reported(), [error]);
  outer.addErrback(() => undefined);
});

test("a failure in a paused Deferred, is reported after it is unpaused", async () => {
  const error = new NotFound("gone");
  const d = new Deferred<unknown>();
  d.pause();
  d.errback(error);
  assert.deepEqual(await reported(), []);
  d.unpause();
  assert.deepEqual(await reported(), [error]);
});

test("a failure that is awaited, is the promise's business", async () => {
  const d = fail(new NotFound("gone"));
  await assert.rejects(d.toPromise(), NotFound);
  assert.deepEqual(await reported(), []);
});

test("two Deferreds with a failure each, are reported in the order of failing", async () => {
  const errors = [new NotFound("first"), new NotFound("second")];
  const all = errors.map((error) => fail(error));
  assert.deepEqual(await reported(), errors);
  assert.equal(all.length, 2);
});

test("in debug mode, the report shows where the Deferred was made and fired", async () => {
  setDebugging(true);
  function makes(): Deferred<unknown> {
    return new Deferred();
  }
  function fires(d: Deferred<unknown>): void {
    d.errback(new NotFound("gone"));
  }
  fires(makes());
  await endOfTurn();
  const [event] = logs;
  assert.ok(event !== undefined);
  assert.match(formatEvent(event), /^Unhandled error in Deferred\nCreated:\n {4}at makes [^]*\nFired:\n[^]* at fires /);
});

test('mode "off", reports nothing, also of what had failed before', async () => {
  const before = fail(new NotFound("before"));
  setUnhandledFailures("off");
  const after = fail(new NotFound("after"));
  assert.deepEqual(await reported(), []);
  assert.deepEqual([before.called, after.called], [true, true]);
});

test("setUnhandledFailures, refuses an unknown mode and leaves the old one", async () => {
  assert.throws(() => setUnhandledFailures("never" as UnhandledMode), {
    name: "TypeError",
    message: 'Cannot report unhandled failures "never": expected "turn", "gc" or "off"',
  });
  const error = new NotFound("gone");
  void fail(error);
  assert.deepEqual(await reported(), [error]);
});

/** Runs a program that may collect garbage; answers what it prints, line by line. */
function runCollecting(program: string): string[] {
  const source = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
  const preamble = `
    const { Deferred } = await import(${source("deferred/deferred.js")});
    const { fail } = await import(${source("deferred/maybe-deferred.js")});
    const { setUnhandledFailures } = await import(${source("deferred/unhandled.js")});
    const { globalLogPublisher } = await import(${source("logger/global-log.js")});
    const { globalLogBeginner } = await import(${source("logger/global-log.js")});
    globalLogBeginner.beginLoggingTo([(event) => console.log("reported", event.logFailure.value.message)]);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    async function collect() {
      for (let i = 0; i < 5; i++) { globalThis.gc(); await turn(); }
    }
  `;
  const args = ["--expose-gc", "--input-type=module", "--eval", preamble + program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
  assert.equal(status, 0, stderr);
  return stdout.split("\n").slice(0, -1);
}

test('mode "gc", reports when the Deferred has been collected, and not before', () => {
  const lines = runCollecting(`
    setUnhandledFailures("gc");
    let kept = fail(new Error("kept for a while"));
    (() => void fail(new Error("lost")))();
    await turn();
    console.log("end of turn");
    await collect();
    console.log("collected once");
    kept = undefined;
    await collect();
  `);
  assert.deepEqual(lines, ["end of turn", "reported lost", "collected once", "reported kept for a while"]);
});

test('mode "gc", reports nothing that was handled or taken over, though late, nor anything after "off"', () => {
  const lines = runCollecting(`
    setUnhandledFailures("gc");
    await (async () => {
      const handled = fail(new Error("handled"));
      const taken = fail(new Error("taken over"));
      await turn();
      handled.addErrback(() => {});
      new Deferred().addCallback(() => taken).addErrback(() => {}).callback(1);
    })().catch((error) => console.log(String(error)));
    await collect();
    console.log("nothing so far");
    (() => void fail(new Error("lost")))();
    setUnhandledFailures("off");
    await collect();
  `);
  assert.deepEqual(lines, ["nothing so far"]);
});
