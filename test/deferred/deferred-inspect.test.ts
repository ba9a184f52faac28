/** What `util.inspect` shows of a Deferred. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Deferred } from "../../src/deferred/deferred.ts";
import { DeferredList } from "../../src/deferred/deferred-list.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { resultsOf } from "./results.ts";

test("inspect, shows a Deferred that has not been fired as pending", () => {
  assert.equal(inspect(new Deferred()), "Deferred { <pending> }");
});

test("inspect, shows the result", () => {
  assert.equal(inspect(succeed("poem")), "Deferred { 'poem' }");
  assert.equal(inspect(succeed()), "Deferred { undefined }");
});

test("inspect, shows a failure", () => {
  const d = fail(new RangeError("too far"));
  assert.match(inspect(d), /^Deferred \{ <failed> \[Failure instance: RangeError: too far\n {4}at [^]*\] \}$/);
  resultsOf(d);
});

test("inspect, shows what a Deferred waits for", () => {
  const innermost = new Deferred();
  const middle = succeed(1).addCallback(() => innermost);
  const outer = succeed(2).addCallback(() => middle);
  assert.equal(inspect(outer), "Deferred { <waiting for> Deferred { <waiting for> Deferred { <pending> } } }");
  assert.equal(inspect(outer, { depth: 0 }), "Deferred { <waiting for> [Deferred] }");
});

test("inspect, shows how often a Deferred is paused", () => {
  const d = new Deferred<number>();
  d.pause();
  d.pause();
  assert.equal(inspect(d), "Deferred { <pending>, paused: 2 }");
  d.callback(1);
  assert.equal(inspect(d), "Deferred { 1, paused: 2 }");
});

test("inspect, shows the name of the class", () => {
  assert.equal(inspect(new DeferredList([new Deferred()])), "DeferredList { <pending> }");
});

test("inspect, keeps to the depth and to the other options, inside other objects too", () => {
  const d = succeed({ a: { b: { c: {} } } });
  assert.equal(inspect(d), "Deferred { { a: { b: [Object] } } }");
  assert.equal(inspect(d, { depth: 0 }), "Deferred { [Object] }");
  assert.equal(inspect(d, { depth: null }), "Deferred { { a: { b: { c: {} } } } }");
  assert.equal(inspect({ x: { y: { z: d } } }), "{ x: { y: { z: [Deferred] } } }");
  assert.equal(inspect(succeed(1), { colors: true }), "Deferred { \u001b[33m1\u001b[39m }");
});

test("inspect, ends at its depth in a long row of Deferreds that wait for each other", () => {
  let d = new Deferred<unknown>();
  for (let i = 0; i < 100_000; i++) {
    const inner = d;
    d = succeed(i).addCallback(() => inner);
  }
  assert.match(inspect(d), /^(Deferred \{ <waiting for> ){3}\[Deferred\]( \}){3}$/);
});
