import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ClientError, MalformedReply, NoSuchCommand, ServerError } from "../../../src/memcache/wire/errors.ts";
import { parseReplyLine } from "../../../src/memcache/wire/reply.ts";

describe("parseReplyLine", () => {
  test("knows the words", () => {
    for (const word of ["STORED", "NOT_STORED", "EXISTS", "NOT_FOUND", "DELETED", "OK", "END", "RESET"]) {
      assert.deepEqual(parseReplyLine(word), { kind: "word", word });
    }
  });

  test("reads numbers of 64 bits", () => {
    assert.deepEqual(parseReplyLine("0"), { kind: "number", number: 0n });
    assert.deepEqual(parseReplyLine("18446744073709551615"), { kind: "number", number: 2n ** 64n - 1n });
    assert.throws(() => parseReplyLine("18446744073709551616"), MalformedReply);
  });

  test("reads what announces a value", () => {
    const header = { kind: "valueHeader", key: "k", flags: 4_294_967_295, length: 5, cas: undefined };
    assert.deepEqual(parseReplyLine("VALUE k 4294967295 5"), header);
    assert.deepEqual(parseReplyLine("VALUE k 4294967295 5 77"), { ...header, cas: "77" });
  });

  test("reads statistics, of which some have spaces or nothing in them", () => {
    assert.deepEqual(parseReplyLine("STAT pid 12"), { kind: "statistic", name: "pid", value: "12" });
    assert.deepEqual(parseReplyLine("STAT a b c"), { kind: "statistic", name: "a", value: "b c" });
    assert.deepEqual(parseReplyLine("STAT inter"), { kind: "statistic", name: "inter", value: "" });
    assert.deepEqual(parseReplyLine("STAT n \xc3\xab"), { kind: "statistic", name: "n", value: "ë" });
  });

  test("reads versions", () => {
    assert.deepEqual(parseReplyLine("VERSION 1.6.18"), { kind: "version", version: "1.6.18" });
  });

  test("makes errors of errors, with what the server says", () => {
    const errorOf = (line: string): Error => {
      const reply = parseReplyLine(line);
      assert.equal(reply.kind, "error");
      return (reply as { error: Error }).error;
    };
    const client = errorOf("CLIENT_ERROR bad data chunk");
    assert.ok(client instanceof ClientError && client.message === "bad data chunk");
    const server = errorOf("SERVER_ERROR out of memory");
    assert.ok(server instanceof ServerError && server.message === "out of memory");
    assert.ok(errorOf("ERROR") instanceof NoSuchCommand);
    assert.equal(errorOf("ERROR unknown").message, "unknown");
    assert.ok(errorOf("CLIENT_ERROR").message !== "" && errorOf("SERVER_ERROR").message !== "");
  });

  test("refuses everything else", () => {
    const lines = [
      "",
      " ",
      "stored",
      "STORED ",
      " STORED",
      "-1",
      "1.0",
      "0x1",
      "1 2",
      "VALUE",
      "VALUE ",
      "VALUE k",
      "VALUE k 1",
      "VALUE k 1 -1",
      "VALUE k 4294967296 1",
      "VALUE k 1 1 x",
      "VALUE k 1 1 1 1",
      "VALUE  k 1 1",
      "VALUE k\t 1 1",

      `VALUE ${"k".repeat(251)} 0 1`,
      "VALUE k 0 12345678901",
      "STAT",
      "STAT ",
      "VERSION",
      "CLIENT_ERRORS",
      "ERRORS",
      "123456789012345678901",
      "PREFIX a get 1",
    ];
    for (const line of lines) assert.throws(() => parseReplyLine(line), MalformedReply, line);
  });

  test("shows the beginning of a long line only", () => {
    assert.throws(
      () => parseReplyLine("x".repeat(5000)),
      (error: Error) => error.message.length < 200,
    );
  });
});
