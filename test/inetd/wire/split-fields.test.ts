import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { splitFields } from "../../../src/inetd/wire/split-fields.ts";

test("splitFields, splits at blanks, and ends at a comment", () => {
  assert.deepEqual(splitFields(" \techo  stream\ttcp # echo # it\r"), ["echo", "stream", "tcp"]);
  assert.deepEqual(splitFields(""), []);
  assert.deepEqual(splitFields(" \t"), []);
  assert.deepEqual(splitFields("#echo stream"), []);
  assert.deepEqual(splitFields("a#b c\\d #e"), ["a#b", "c\\d"]);
});

test("splitFields, keeps what is quoted", () => {
  assert.deepEqual(splitFields(`sh -c "echo 'a b'; cat" 'say "#"' x"y z"'\\'#`), [
    "sh",
    "-c",
    "echo 'a b'; cat",
    'say "#"',
    "xy z\\#",
  ]);
  assert.deepEqual(splitFields(String.raw`"\"\\\n" "" ''`), [String.raw`"\\n`, "", ""]);
});

test("splitFields, says where a quote has no end", () => {
  assert.equal(splitFields(`sh -c "echo`), `the quote at column 7 has no end, expected another "`);
  assert.equal(splitFields(`a'b c`), "the quote at column 2 has no end, expected another '");
  assert.equal(splitFields(String.raw`"a\"`), `the quote at column 1 has no end, expected another "`);
});

test("splitFields, gives the words that were quoted, whatever they are", () => {
  const word = fc.string({ unit: fc.constantFrom("a", " ", "\t", "#", '"', "'", "\\", "é") });
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
  fc.assert(
    fc.property(fc.array(word), (words) => {
      assert.deepEqual(splitFields(words.map(quoted).join(" ")), words);
    }),
  );
});
