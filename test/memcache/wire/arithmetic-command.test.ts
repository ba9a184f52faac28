import assert from "node:assert/strict";
import { test } from "node:test";
import { arithmeticCommand } from "../../../src/memcache/wire/arithmetic-command.ts";
import { ClientError, UnexpectedReply } from "../../../src/memcache/wire/errors.ts";
import { answered, sent, word } from "./commands.ts";

test("arithmeticCommand, sends numbers of both kinds", () => {
  assert.equal(sent(arithmeticCommand("incr", "k", 7)), "incr k 7\r\n");
  assert.equal(sent(arithmeticCommand("decr", "k", 2n ** 64n - 1n)), "decr k 18446744073709551615\r\n");
});

test("arithmeticCommand, answers in the kind that was asked with, or false", () => {
  assert.deepEqual(answered(arithmeticCommand("incr", "k", 1), { kind: "number", number: 8n }), { result: 8 });
  assert.deepEqual(answered(arithmeticCommand("incr", "k", 1n), { kind: "number", number: 8n }), { result: 8n });
  assert.deepEqual(answered(arithmeticCommand("incr", "k", 1), word("NOT_FOUND")), { result: false });
});

test("arithmeticCommand, fails rather than to answer a number that is not exact", () => {
  const step = answered(arithmeticCommand("incr", "k", 1), { kind: "number", number: 2n ** 53n });
  assert.ok(step !== "more" && "error" in step && step.error instanceof RangeError);
});

test("arithmeticCommand, refuses other replies, keys and numbers", () => {
  assert.throws(() => answered(arithmeticCommand("incr", "k", 1), word("STORED")), UnexpectedReply);
  assert.throws(() => arithmeticCommand("incr", "", 1), ClientError);
  for (const by of [-1, 0.5, Number.NaN, 2 ** 53, -1n, 2n ** 64n, "1" as unknown as number]) {
    assert.throws(() => arithmeticCommand("decr", "k", by), RangeError, String(by));
  }
});
