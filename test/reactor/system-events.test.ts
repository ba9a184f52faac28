/** What the conformance suites do not see: how triggers are forgotten and what the reactor does itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { SystemEvents } from "../../src/reactor/system-events.ts";

test("SystemEvents, does the reactor's own part before the triggers during an event", () => {
  const calls: string[] = [];
  const events = new SystemEvents((event) => calls.push(`own ${event}`));
  events.add("during", "startup", () => calls.push("during"));
  events.add("before", "startup", () => calls.push("before"));
  events.fire("startup", () => calls.push("done"));
  assert.deepEqual(calls, ["before", "own startup", "during", "done"]);
});

test("SystemEvents, waits for all Deferreds, also for those that fail", () => {
  const calls: string[] = [];
  const events = new SystemEvents(() => {});
  const [one, other] = [new Deferred<void>(), new Deferred<void>()];
  events.add("before", "shutdown", () => one);
  events.add("before", "shutdown", () => other);
  events.fire("shutdown", () => calls.push("done"));
  one.callback();
  assert.deepEqual(calls, []);
  other.addErrback(() => {});
  other.errback(new Error("not in time"));
  assert.deepEqual(calls, ["done"]);
});

test("SystemEvents.add, from a trigger of the same phase, is called in the same firing", () => {
  const calls: string[] = [];
  const events = new SystemEvents(() => {});
  events.add("during", "harvest", () => {
    calls.push("first");
    events.add("during", "harvest", () => calls.push("added"));
  });
  events.fire("harvest");
  assert.deepEqual(calls, ["first", "added"]);
});

test("SystemEvents.remove, refuses a trigger that is gone and one that never was", () => {
  const events = new SystemEvents(() => {});
  const id = events.add("after", "harvest", () => {});
  events.fire("harvest");
  assert.throws(() => events.remove(id), InvalidStateError);
  assert.throws(() => events.remove({ phase: "before", event: "nothing" }), InvalidStateError);
});
