import assert from "node:assert/strict";
import { test } from "node:test";
import { runInThread } from "../../../src/sim/explore/run-in-thread.ts";
import { definitionOf } from "../../../src/threads/thread-function.ts";
import type { Fault } from "../../../src/sim/fault.ts";
import { url } from "./programs.ts";

const CRASH: Fault = { kind: "crash", at: 1, host: "a" };
const named = (name: string): ReturnType<typeof definitionOf> => definitionOf({ module: url, export: name });

test("runInThread, runs all parts of a scenario, and leaves nothing behind", async () => {
  const listeners = (): number =>
    process.listenerCount("uncaughtException") + process.listenerCount("unhandledRejection");
  const before = listeners();
  const scenario = { program: named("hostFails"), check: undefined, until: undefined, for: 60, turns: 0, network: {} };
  const begun = new BigInt64Array(1);
  assert.equal((await runInThread(scenario, 1, undefined, begun))?.origin, "host");
  assert.equal(await runInThread(scenario, 1, [CRASH], begun), undefined);
  const withAll = { ...scenario, check: named("answersFalse"), until: named("neverTrue") };
  assert.equal((await runInThread(withAll, 1, [CRASH], begun))?.origin, "until");
  assert.equal((await runInThread({ ...withAll, until: undefined }, 1, [CRASH], begun))?.origin, "check");
  assert.equal(listeners(), before);
  assert.ok(Math.abs(Number(begun[0]) - Date.now()) < 60_000);
});
