import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { PostfixTCPMapDictServerFactory, tableOf } from "../../src/postfix/postfix-tcp-map-dict-server-factory.ts";

test("PostfixTCPMapDictServerFactory, answers from its data, which may change", () => {
  const factory = new PostfixTCPMapDictServerFactory(new Clock(), { a: "1" });
  factory.data.set("b", Buffer.from("2"));
  assert.deepEqual([factory.get("a"), factory.get("b"), factory.get("toString")], ["1", Buffer.from("2"), undefined]);
  assert.equal(new PostfixTCPMapDictServerFactory(new Clock()).data.size, 0);
});

test("tableOf, takes objects, maps and pairs, and copies them", () => {
  const given = new Map([["a", "1"]]);
  const table = tableOf(given);
  given.set("b", "2");
  for (const other of [table, tableOf({ a: "1" }), tableOf([["a", "1"]])]) assert.deepEqual([...other], [["a", "1"]]);
});
