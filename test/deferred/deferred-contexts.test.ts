/** In which `AsyncLocalStorage` context the functions of a chain run. */
import assert from "node:assert/strict";
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { successResultOf } from "./results.ts";

const request = new AsyncLocalStorage<string>();
const where = (): string | undefined => request.getStore();

test("a callback, runs in the context of whoever fires the Deferred, as in Twisted", () => {
  const d = new Deferred<void>();
  const seen = request.run("adds the callback", () => d.addCallback(where));
  request.run("fires", () => d.callback());
  assert.equal(successResultOf(seen), "fires");
});

test("a callback that is added to a fired Deferred, runs in the context of whoever adds it", () => {
  const d = new Deferred<void>();
  request.run("fires", () => d.callback());
  const seen = request.run("adds the callback", () => d.addCallback(where));
  assert.equal(successResultOf(seen), "adds the callback");
});

test("a callback that AsyncResource.bind bound, runs in the context in which it was bound", () => {
  const d = new Deferred<void>();
  const seen = request.run("adds the callback", () => d.addCallback(AsyncResource.bind(where)));
  request.run("fires", () => d.callback());
  assert.equal(successResultOf(seen), "adds the callback");
});

test("await, goes on in the context of the async function, whoever fires the Deferred", async () => {
  const d = new Deferred<void>();
  const seen = request.run("awaits", async () => {
    await d;
    return where();
  });
  request.run("fires", () => d.callback());
  assert.equal(await seen, "awaits");
});
