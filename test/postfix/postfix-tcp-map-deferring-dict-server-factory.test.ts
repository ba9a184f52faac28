import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { PostfixTCPMapDeferringDictServerFactory } from "../../src/postfix/postfix-tcp-map-deferring-dict-server-factory.ts";
import { successResultOf } from "../../src/testing/deferred-results.ts";

test("PostfixTCPMapDeferringDictServerFactory, answers Deferreds", () => {
  const factory = new PostfixTCPMapDeferringDictServerFactory(new Clock(), [["a", "1"]]);
  factory.data.set("b", "2");
  assert.deepEqual([successResultOf(factory.get("a")), successResultOf(factory.get("b"))], ["1", "2"]);
  assert.equal(successResultOf(factory.get("c")), undefined);
});
