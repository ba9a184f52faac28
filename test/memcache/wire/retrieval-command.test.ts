import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProperReply } from "../../../src/memcache/wire/command.ts";
import { ClientError, UnexpectedReply } from "../../../src/memcache/wire/errors.ts";
import { retrievalCommand } from "../../../src/memcache/wire/retrieval-command.ts";
import { answered, sent, word } from "./commands.ts";

function value(key: string, text: string, cas?: string): ProperReply {
  return { kind: "value", key, flags: 3, cas, value: Buffer.from(text) };
}

const NOTHING = { flags: 0, cas: "", value: undefined };

test("retrievalCommand, sends all keys in a line", () => {
  assert.equal(sent(retrievalCommand(["a", "b"], false)), "get a b\r\n");
  assert.equal(sent(retrievalCommand([Buffer.of(0xe9)], true)), "gets \xe9\r\n");
});

test("retrievalCommand, gives each key as it was given, with its value or nothing, in whatever order values come", () => {
  const bytes = Buffer.from("ë");
  const step = answered(
    retrievalCommand([bytes, "b", "c"], false),
    value("c", "3"),
    value("\xc3\xab", "1"),
    word("END"),
  );
  assert.deepEqual(step, {
    result: new Map<unknown, unknown>([
      [bytes, { flags: 3, cas: "", value: Buffer.from("1") }],
      ["b", NOTHING],
      ["c", { flags: 3, cas: "", value: Buffer.from("3") }],
    ]),
  });
});

test("retrievalCommand, has identifiers where they are asked for, and only there", () => {
  const step = answered(retrievalCommand(["a"], true), value("a", "1", "77"), word("END"));
  assert.deepEqual(step, { result: new Map([["a", { flags: 3, cas: "77", value: Buffer.from("1") }]]) });
  assert.throws(() => answered(retrievalCommand(["a"], true), value("a", "1")), UnexpectedReply);
  assert.throws(() => answered(retrievalCommand(["a"], false), value("a", "1", "77")), UnexpectedReply);
});

test("retrievalCommand, refuses what was not asked for, and more than was", () => {
  assert.throws(() => answered(retrievalCommand(["a"], false), value("b", "1")), UnexpectedReply);
  assert.throws(() => answered(retrievalCommand(["a"], false), value("a", "1"), value("a", "1")), UnexpectedReply);
  assert.throws(() => answered(retrievalCommand(["a"], false), word("STORED")), UnexpectedReply);
  const twice = answered(retrievalCommand(["a", "a"], false), value("a", "1"), value("a", "1"), word("END"));
  assert.deepEqual(twice, { result: new Map([["a", { flags: 3, cas: "", value: Buffer.from("1") }]]) });
});

test("retrievalCommand, refuses keys that cannot be sent", () => {
  assert.throws(() => retrievalCommand(["a", "b\r\nflush_all"], false), ClientError);
});
