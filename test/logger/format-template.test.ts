import assert from "node:assert/strict";
import { test } from "node:test";
import type { Step } from "../../src/logger/format-template.ts";
import { parseFieldName, parseFormat } from "../../src/logger/format-template.ts";

const call: Step = { kind: "call", key: "" };
const attribute = (key: string): Step => ({ kind: "attribute", key });
const index = (key: string): Step => ({ kind: "index", key });

/** What a format consists of: literals, and fields as [name, conversion, spec]. */
function partsOf(format: string): unknown[] {
  return parseFormat(format).flatMap(({ literal, field }) => {
    const parts: unknown[] = literal === "" ? [] : [literal];
    if (field !== undefined) parts.push([field.name, field.conversion, field.spec]);
    return parts;
  });
}

test("parseFormat, text and fields, takes them apart", () => {
  assert.deepEqual(partsOf(""), []);
  assert.deepEqual(partsOf("plain"), ["plain"]);
  assert.deepEqual(partsOf("a{b}c{d!r}{e:>5}{f!s:x}"), [
    "a",
    ["b", "", ""],
    "c",
    ["d", "r", ""],
    ["e", "", ">5"],
    ["f", "s", "x"],
  ]);
});

test("parseFormat, doubled braces, are braces", () => {
  assert.deepEqual(partsOf("{{x}}"), ["{x}"]);
  assert.deepEqual(partsOf("{{{a}}}"), ["{", ["a", "", ""], "}"]);
});

test("parseFormat, braces and colons between brackets, belong to the key", () => {
  assert.deepEqual(partsOf("{a[}]}{b[:]}{c[!r]}"), [
    ["a[}]", "", ""],
    ["b[:]", "", ""],
    ["c[!r]", "", ""],
  ]);
});

test("parseFormat, fields in a specification, belong to it", () => {
  assert.deepEqual(partsOf("{a:{b}.{c}}|"), [["a", "", "{b}.{c}"], "|"]);
});

test("parseFormat, odd names, are names", () => {
  assert.deepEqual(partsOf("{}{ a b }{a]b}"), [
    ["", "", ""],
    [" a b ", "", ""],
    ["a]b", "", ""],
  ]);
});

test("parseFormat, braces that make no sense, throws SyntaxError", () => {
  for (const format of [
    "{",
    "}",
    "a}b",
    "{a",
    "{a!",
    "{a!}",
    "{a!r",
    "{a!rr}",
    "{a!r }",
    "{a:b",
    "{a:b}}",
    "{a{b}}",
    "{a[b}",
  ]) {
    assert.throws(() => parseFormat(format), SyntaxError, format);
  }
});

test("parseFormat, the same format again, answers what it found; many and long ones are not kept", () => {
  assert.equal(parseFormat("kept {n}"), parseFormat("kept {n}"));
  const long = `${"x".repeat(2000)}{n}`;
  assert.notEqual(parseFormat(long), parseFormat(long));
  const first = parseFormat("kept {n}");
  for (let n = 0; n < 1001; n++) parseFormat(`many ${n}`);
  assert.notEqual(parseFormat("kept {n}"), first);
  assert.deepEqual(parseFormat("kept {n}"), first);
});

test("parseFieldName, keys, attributes, indexes and calls, is the steps in order", () => {
  assert.deepEqual(parseFieldName("a"), { first: "a", steps: [] });
  assert.deepEqual(parseFieldName("a()"), { first: "a", steps: [call] });
  assert.deepEqual(parseFieldName("a.b()[0]"), { first: "a", steps: [attribute("b"), call, index("0")] });
  assert.deepEqual(parseFieldName("a[x.y].c"), { first: "a", steps: [index("x.y"), attribute("c")] });
  assert.deepEqual(parseFieldName("a()()[0]().b"), {
    first: "a",
    steps: [call, call, index("0"), call, attribute("b")],
  });
  assert.deepEqual(parseFieldName(""), { first: "", steps: [] });
});

test("parseFieldName, something left out, throws SyntaxError", () => {
  for (const name of ["a..b", "a.", "a.()", "a[", "a[]", "a[0]b", "a[[]]"]) {
    assert.throws(() => parseFieldName(name), SyntaxError, name);
  }
});
