import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateServiceError, ServiceNotFoundError } from "../../src/application/errors.ts";
import { MultiService } from "../../src/application/multi-service.ts";
import { Service } from "../../src/application/service.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { assertNoResult, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";
import { NotedService } from "./noted-service.ts";

function family(...names: (string | undefined)[]): {
  notes: string[];
  parent: MultiService;
  children: NotedService[];
} {
  const notes: string[] = [];
  const parent = new MultiService();
  const children = names.map((name) => new NotedService(name, notes));
  for (const child of children) child.setServiceParent(parent);
  return { notes, parent, children };
}

test("MultiService, starts in order and stops the other way round", async () => {
  const { notes, parent } = family("a", "b", "c");
  parent.privilegedStartService();
  parent.startService();
  assert.equal(parent.running, true);
  const outcomes = await parent.stopService();
  assert.equal(parent.running, false);
  assert.deepEqual(outcomes, [
    [true, undefined],
    [true, undefined],
    [true, undefined],
  ]);
  assert.equal(
    notes.join(", "),
    "privileged a, privileged b, privileged c, start a, start b, start c, stop c, stop b, stop a",
  );
});

test("MultiService, stops all at once, and has stopped when all have", () => {
  const { notes, parent, children } = family("a", "b");
  parent.startService();
  const waits = children.map((child) => {
    const wait = new Deferred<string>();
    child.stopping = () => wait;
    return wait;
  });
  const stopped = parent.stopService();
  assert.deepEqual(notes.slice(2), ["stop b", "stop a"]);
  waits[0]!.callback("a is down");
  assertNoResult(stopped);
  waits[1]!.callback("b is down");
  assert.deepEqual(successResultOf(stopped), [
    [true, "b is down"],
    [true, "a is down"],
  ]);
});

test("MultiService, stops the others where one does not stop", () => {
  const { notes, parent, children } = family("a", "b", "c");
  parent.startService();
  const failed = new Deferred<void>();
  children[2]!.stopping = () => {
    throw new RangeError("thrown");
  };
  children[1]!.stopping = () => failed;
  const stopped = parent.stopService();
  failed.errback(new RangeError("failed"));
  const outcomes = successResultOf(stopped);
  assert.deepEqual(notes.slice(3), ["stop c", "stop b", "stop a"]);
  assert.deepEqual(
    outcomes.map(([success, result]) => (result instanceof Failure ? result.getErrorMessage() : success)),
    ["thrown", "failed", true],
  );
  // The list leaves the failures where they are.
  failed.addErrback(() => {});
});

test("MultiService, starts a child that is added while it runs, and stops one that is removed", () => {
  const { notes, parent, children } = family("a");
  parent.startService();
  const late = new NotedService("late", notes);
  late.setServiceParent(parent);
  void children[0]!.disownServiceParent();
  assert.deepEqual(notes, ["start a", "privileged late", "start late", "stop a"]);
  assert.deepEqual([...parent], [late]);
});

test("MultiService, starts once a child that is added while the others are started", () => {
  const { notes, parent, children } = family("a", "b");
  const late = new NotedService("late", notes);
  children[0]!.starting = () => late.setServiceParent(parent);
  parent.startService();
  assert.deepEqual(notes, ["start a", "privileged late", "start late", "start b"]);
});

test("MultiService, does not start a child that was removed while the others were started", () => {
  const { notes, parent, children } = family("a", "b");
  children[0]!.starting = () => void children[1]!.disownServiceParent();
  parent.startService();
  assert.deepEqual(notes, ["start a", "stop b"]);
});

test("MultiService, gives the privileged start to a child that is added meanwhile", () => {
  const { notes, parent } = family();
  const late = new NotedService("late", notes);
  class Opening extends Service {
    override privilegedStartService(): void {
      late.setServiceParent(parent);
    }
  }
  new Opening().setServiceParent(parent);
  parent.privilegedStartService();
  assert.deepEqual(notes, ["privileged late"]);
});

test("MultiService, finds children by name, of the class that is asked for", () => {
  const { parent, children } = family("a", undefined, undefined, "");
  assert.equal(parent.getServiceNamed("a"), children[0]);
  const typed: NotedService = parent.getServiceNamed("a", NotedService);
  assert.equal(typed, children[0]);
  assert.equal(parent.getServiceNamed(""), children[3]);
  assert.throws(
    () => parent.getServiceNamed("a", MultiService),
    /the service "a" as a MultiService: it is a NotedService/,
  );
  assert.throws(() => parent.getServiceNamed("b"), /"b": expected one of "a", ""/);
  assert.throws(() => new MultiService().getServiceNamed("b"), ServiceNotFoundError);
  assert.deepEqual([...parent], children);
});

test("MultiService, has each name once, and again when it is free", () => {
  const { notes, parent, children } = family("a");
  assert.throws(() => parent.addService(new NotedService("a", notes)), DuplicateServiceError);
  void children[0]!.disownServiceParent();
  assert.throws(() => parent.getServiceNamed("a"), ServiceNotFoundError);
  new NotedService("a", notes).setServiceParent(parent);
});

test("MultiService, removes children only, and keeps the child whose name the other has", () => {
  const { notes, parent, children } = family("a");
  assert.throws(() => parent.removeService(new NotedService("a", notes)), ServiceNotFoundError);
  assert.throws(() => parent.removeService(new Service()), /without a name/);
  assert.equal(parent.getServiceNamed("a"), children[0]);
});

test("MultiService, is a child like any other", async () => {
  const { notes, parent } = family("a");
  const inner = new MultiService();
  inner.setName("inner");
  new NotedService("b", notes).setServiceParent(inner);
  inner.setServiceParent(parent);
  parent.privilegedStartService();
  parent.startService();
  assert.equal(parent.getServiceNamed("inner", MultiService).getServiceNamed("b").running, true);
  await parent.stopService();
  assert.deepEqual(notes, ["privileged a", "privileged b", "start a", "start b", "stop b", "stop a"]);
});

test("MultiService, aborts its children, the last one first", () => {
  const { notes, parent } = family("a", "b");
  parent.startService();
  void parent.stopService();
  parent.abortService();
  assert.deepEqual(notes.slice(4), ["abort b", "abort a"]);
});

test("MultiService, disposed of, has stopped its children", async () => {
  const { notes, parent } = family("a");
  parent.startService();
  await parent[Symbol.asyncDispose]();
  assert.deepEqual(notes, ["start a", "stop a"]);
});
