import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientError, UnexpectedReply } from "../../../src/memcache/wire/errors.ts";
import { storageCommand } from "../../../src/memcache/wire/storage-command.ts";
import { WORDS, answered, sent, word } from "./commands.ts";

test("storageCommand, sends the length in bytes, and the value", () => {
  assert.equal(sent(storageCommand("set", "k", "é")), "set k 0 0 2\r\n\xc3\xa9\r\n");
  assert.equal(
    sent(storageCommand("add", "k", Buffer.of(0, 13, 10), { flags: 2 ** 32 - 1, expireTime: -1 })),
    "add k 4294967295 -1 3\r\n\0\r\n\r\n",
  );
  assert.equal(sent(storageCommand("cas", "k", "", {}, "77")), "cas k 0 0 0 77\r\n\r\n");
});

test("storageCommand, knows its answers and no others", () => {
  for (const name of ["set", "add", "replace", "append", "prepend", "cas"] as const) {
    const no = name === "cas" ? ["EXISTS", "NOT_FOUND"] : ["NOT_STORED"];
    for (const text of WORDS) {
      const command = storageCommand(name, "k", "v", {}, name === "cas" ? "1" : undefined);
      if (text === "STORED" || no.includes(text)) {
        assert.deepEqual(answered(command, word(text)), { result: text === "STORED" });
      } else assert.throws(() => answered(command, word(text)), UnexpectedReply, `${name} ${text}`);
    }
  }
});

test("storageCommand, refuses what cannot be sent", () => {
  assert.throws(() => storageCommand("set", "a b", "v"), ClientError);
  assert.throws(() => storageCommand("set", "k", 7 as unknown as string), {
    name: "TypeError",
    message: /store number/,
  });
  for (const flags of [-1, 0.5, 2 ** 32, Number.NaN]) {
    assert.throws(() => storageCommand("set", "k", "v", { flags }), RangeError);
  }
  for (const expireTime of [0.5, Infinity]) {
    assert.throws(() => storageCommand("set", "k", "v", { expireTime }), RangeError);
  }
  for (const cas of ["", "x", "1 noreply", "1\r\nflush_all"]) {
    assert.throws(() => storageCommand("cas", "k", "v", {}, cas), RangeError);
  }
});
