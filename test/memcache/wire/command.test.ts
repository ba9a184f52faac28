import assert from "node:assert/strict";
import { test } from "node:test";
import { commandLine, unexpected, wordResult } from "../../../src/memcache/wire/command.ts";
import { UnexpectedReply } from "../../../src/memcache/wire/errors.ts";

test("commandLine, has a byte for each character, and the end of a line", () => {
  assert.deepEqual(commandLine("get \xc3\xab"), Buffer.from("get ë\r\n"));
});

test("wordResult, gives what a word means, and refuses other replies", () => {
  const take = wordResult("set", { STORED: true, NOT_STORED: false });
  assert.deepEqual(take({ kind: "word", word: "STORED" }), { result: true });
  assert.deepEqual(take({ kind: "word", word: "NOT_STORED" }), { result: false });
  assert.throws(() => take({ kind: "word", word: "OK" }), UnexpectedReply);
  assert.throws(() => take({ kind: "number", number: 1n }), UnexpectedReply);
});

test("unexpected, says what was asked and what came", () => {
  assert.equal(unexpected("incr", { kind: "word", word: "OK" }).message, 'The server has answered "incr" with OK');
  assert.match(unexpected("incr", { kind: "version", version: "1" }).message, /a reply of the kind "version"$/);
});
