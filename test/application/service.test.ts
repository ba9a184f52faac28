import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateServiceError, ServiceNotFoundError } from "../../src/application/errors.ts";
import { MultiService } from "../../src/application/multi-service.ts";
import { Service } from "../../src/application/service.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { NotedService } from "./noted-service.ts";

test("Service, runs between its start and its stop", () => {
  const service = new Service();
  assert.equal(service.running, false);
  service.privilegedStartService();
  assert.equal(service.running, false);
  service.startService();
  assert.equal(service.running, true);
  assert.equal(service.stopService(), undefined);
  assert.equal(service.running, false);
});

test("Service, has a name that it keeps while it has a parent", () => {
  const service = new Service();
  assert.equal(service.name, undefined);
  service.setName("a");
  service.setServiceParent(new MultiService());
  assert.throws(() => service.setName("b"), InvalidStateError);
  assert.equal(service.name, "a");
  void service.disownServiceParent();
  service.setName("b");
  assert.equal(service.name, "b");
});

test("Service, moves from one parent to another", () => {
  const [first, second] = [new MultiService(), new MultiService()];
  const service = new Service();
  service.setServiceParent(first);
  service.setServiceParent(second);
  assert.equal(service.parent, second);
  assert.deepEqual([...first], []);
  assert.deepEqual([...second], [service]);
});

test("Service, has no parent where the parent does not take it", () => {
  const parent = new MultiService();
  new NotedService("a", []).setServiceParent(parent);
  const twin = new NotedService("a", []);
  assert.throws(() => twin.setServiceParent(parent), DuplicateServiceError);
  assert.equal(twin.parent, undefined);
  assert.equal([...parent].length, 1);
});

test("Service, has the parent while it is started by it, and keeps it where that throws", () => {
  const parent = new MultiService();
  parent.startService();
  const service = new NotedService("a", []);
  service.starting = () => {
    assert.equal(service.parent, parent);
    throw new RangeError("no luck");
  };
  assert.throws(() => service.setServiceParent(parent), RangeError);
  assert.equal(service.parent, parent);
  assert.deepEqual([...parent], [service]);
});

test("Service, answers what stopping answers when it disowns a parent that runs", () => {
  const parent = new MultiService();
  const service = new NotedService("a", []);
  service.setServiceParent(parent);
  parent.startService();
  const stopped = new Deferred<void>();
  service.stopping = () => stopped;
  assert.equal(service.disownServiceParent(), stopped);
  assert.equal(service.parent, undefined);
  assert.throws(() => service.disownServiceParent(), InvalidStateError);
});

test("Service, keeps its parent where that does not know it", () => {
  const service = new Service();
  const stranger = new MultiService();
  service.parent = stranger;
  assert.throws(() => service.disownServiceParent(), ServiceNotFoundError);
  assert.equal(service.parent, stranger);
});

test("Service, disposed of, leaves its parent and stops once, and is waited for", async () => {
  const notes: string[] = [];
  const parent = new MultiService();
  parent.startService();
  const service = new NotedService("a", notes);
  service.setServiceParent(parent);
  const stopped = new Deferred<void>();
  service.stopping = () => {
    queueMicrotask(() => stopped.callback());
    return stopped.addCallback(() => void notes.push("stopped a"));
  };
  await service[Symbol.asyncDispose]();
  assert.deepEqual(notes, ["privileged a", "start a", "stop a", "stopped a"]);
  assert.deepEqual([...parent], []);
});

test("Service, disposed of, stops where its parent does not run, and does nothing where it does not run itself", async () => {
  const notes: string[] = [];
  const service = new NotedService("a", notes);
  service.setServiceParent(new MultiService());
  service.startService();
  await service[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
  assert.deepEqual(notes, ["start a", "stop a"]);
});

test("Service, disposed of, rejects where stopping fails", async () => {
  const service = new NotedService("a", []);
  service.startService();
  service.stopping = () => Promise.reject(new RangeError("stuck"));
  await assert.rejects(service[Symbol.asyncDispose](), RangeError);
});
