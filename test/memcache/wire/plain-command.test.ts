import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientError, UnexpectedReply } from "../../../src/memcache/wire/errors.ts";
import { deleteCommand, flushCommand, versionCommand } from "../../../src/memcache/wire/plain-command.ts";
import { answered, sent, word } from "./commands.ts";

test("deleteCommand, asks for a key, and says whether there was a value", () => {
  assert.equal(sent(deleteCommand("k")), "delete k\r\n");
  assert.deepEqual(answered(deleteCommand("k"), word("DELETED")), { result: true });
  assert.deepEqual(answered(deleteCommand("k"), word("NOT_FOUND")), { result: false });
  assert.throws(() => answered(deleteCommand("k"), word("OK")), UnexpectedReply);
  assert.throws(() => deleteCommand("k noreply"), ClientError);
});

test("flushCommand, is answered with OK", () => {
  assert.equal(sent(flushCommand()), "flush_all\r\n");
  assert.deepEqual(answered(flushCommand(), word("OK")), { result: true });
  assert.throws(() => answered(flushCommand(), word("END")), UnexpectedReply);
});

test("versionCommand, is answered with the version", () => {
  assert.equal(sent(versionCommand()), "version\r\n");
  assert.deepEqual(answered(versionCommand(), { kind: "version", version: "1.6" }), { result: "1.6" });
  assert.throws(() => answered(versionCommand(), word("OK")), UnexpectedReply);
});
