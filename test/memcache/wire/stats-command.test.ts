import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProperReply } from "../../../src/memcache/wire/command.ts";
import { ClientError, UnexpectedReply, ValueTooLarge } from "../../../src/memcache/wire/errors.ts";
import { statsCommand } from "../../../src/memcache/wire/stats-command.ts";
import { answered, sent, word } from "./commands.ts";

const statistic = (name: string, value: string): ProperReply => ({ kind: "statistic", name, value });

test("statsCommand, asks for all, or for some", () => {
  assert.equal(sent(statsCommand("", 9)), "stats\r\n");
  assert.equal(sent(statsCommand("detail on", 9)), "stats detail on\r\n");
  assert.throws(() => statsCommand("a\r\nflush_all", 9), ClientError);
});

test("statsCommand, gathers them until the end", () => {
  const step = answered(statsCommand("", 2), statistic("pid", "7"), statistic("uptime", "9"), word("END"));
  assert.deepEqual(step, {
    result: new Map([
      ["pid", "7"],
      ["uptime", "9"],
    ]),
  });
  for (const end of ["RESET", "OK"] as const) {
    assert.deepEqual(answered(statsCommand("reset", 2), word(end)), { result: new Map() });
  }
});

test("statsCommand, refuses too many, and other replies", () => {
  assert.throws(() => answered(statsCommand("", 1), statistic("a", "1"), statistic("b", "2")), ValueTooLarge);
  assert.throws(() => answered(statsCommand("", 1), word("STORED")), UnexpectedReply);
});
