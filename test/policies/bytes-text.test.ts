import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { bytesText } from "../../src/policies/bytes-text.ts";
import { peer } from "../support/peers.ts";

test("bytesText, escapes what does not print", () => {
  assert.equal(bytesText("a\\\t\r\n\0\x7f\u00e9"), String.raw`b'a\\\t\r\n\x00\x7f\xc3\xa9'`);
  assert.equal(bytesText("it's"), `b"it's"`);
  assert.equal(bytesText(`"it's"`), String.raw`b'"it\'s"'`);
});

test("bytesText, is what Python's repr is", { skip: peer("twisted").skip }, () => {
  const samples = fc.sample(fc.uint8Array({ max: 200, maxLength: 60 }), 300).map((bytes) => Buffer.from(bytes));
  const code = "import sys\nfor line in sys.stdin: print(repr(bytes.fromhex(line.strip())))";
  const input = samples.map((bytes) => `${bytes.toString("hex")}\n`).join("");
  const { stdout } = spawnSync(peer("twisted").command, ["-c", code], { input, encoding: "utf8" });
  assert.deepEqual(
    samples.map((bytes) => bytesText(bytes)),
    stdout.trim().split("\n"),
  );
});
