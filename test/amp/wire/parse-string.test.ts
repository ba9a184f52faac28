import assert from "node:assert/strict";
import { test } from "node:test";
import { AmpBox } from "../../../src/amp/wire/amp-box.ts";
import { parse, parseString } from "../../../src/amp/wire/parse-string.ts";

const one = new AmpBox({ a: "1" });
const two = new AmpBox({ b: Buffer.alloc(65_535) });
const both = Buffer.concat([one.serialize(), two.serialize()]);

test("parseString, answers all boxes", () => {
  assert.deepEqual(parseString(both), [one, two]);
  assert.deepEqual(parseString(Buffer.alloc(0)), []);
});

test("parseString, has no limit but that of the format", () => {
  const many = new AmpBox(Array.from({ length: 2000 }, (_, n) => [`key ${n}`, "x".repeat(3000)] as const));
  assert.equal(parseString(many.serialize())[0]?.size, 2000);
});

test("parseString, refuses what ends within a box, or is none", () => {
  assert.throws(() => parseString(both.subarray(0, -1)), { code: "ERR_AMP_MALFORMED_BOX" });
  assert.throws(() => parseString(Buffer.of(1, 1)), { code: "ERR_AMP_KEY_TOO_LONG" });
});

test("parse, reads a stream of pieces", async () => {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < both.length; at += 1000) yield both.subarray(at, at + 1000);
  }
  assert.deepEqual(await parse(pieces()), [one, two]);
  await assert.rejects(parse([both.subarray(1)]), { code: "ERR_AMP_KEY_TOO_LONG" });
  await assert.rejects(parse([both.subarray(0, 3)]), { code: "ERR_AMP_MALFORMED_BOX" });
});
