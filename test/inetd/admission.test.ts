import assert from "node:assert/strict";
import { test } from "node:test";
import { Admission } from "../../src/inetd/admission.ts";

const ALL = { maxPerMinute: Infinity, maxChildren: Infinity, maxPerPeer: Infinity };

test("Admission, lets so many begin within a minute", () => {
  let now = 100;
  const admission = new Admission({ ...ALL, maxPerMinute: 2 }, () => now);
  assert.equal(admission.next(), "serve");
  admission.begin("a");
  now = 159;
  assert.equal(admission.next(), "serve");
  admission.begin("b");
  admission.end("a");
  assert.equal(admission.next(), "tooFast");
  now = 160;
  assert.equal(admission.next(), "serve");
  admission.begin("a");
  admission.begin("a");
  now = 219;
  assert.equal(admission.next(), "tooFast");
  now = 220;
  assert.equal(admission.next(), "serve");
});

test("Admission, lets so many be served at a time", () => {
  const admission = new Admission({ ...ALL, maxChildren: 2 }, () => 0);
  admission.begin("a");
  assert.deepEqual([admission.next(), admission.isFull], ["serve", false]);
  admission.begin("b");
  assert.deepEqual([admission.next(), admission.isFull], ["tooMany", true]);
  admission.end("a");
  assert.deepEqual([admission.next(), admission.isFull], ["serve", false]);
});

test("Admission, lets so many of a peer be served at a time; the others do not count", () => {
  const admission = new Admission({ maxPerMinute: 5, maxChildren: 4, maxPerPeer: 2 }, () => 0);
  assert.deepEqual([admission.begin("a"), admission.begin("a")], ["begun", "begun"]);
  assert.deepEqual([admission.begin("a"), admission.begin("a")], ["refused", "refusedAgain"]);
  assert.equal(admission.begin("b"), "begun");
  assert.equal(admission.next(), "serve");
  admission.end("a");
  assert.equal(admission.begin("a"), "begun");
  assert.equal(admission.begin("a"), "refused");
  assert.equal(admission.next(), "serve");
  assert.equal(admission.begin("c"), "begun");
  assert.equal(admission.next(), "tooMany");
});
