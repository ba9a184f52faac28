import assert from "node:assert/strict";
import { test } from "node:test";
import { formatWithSpec } from "../../src/logger/format-spec.ts";

/** The texts are those of Python's `format(value, spec)`. */
const PYTHON: [value: unknown, spec: string, text: string][] = [
  ["text", "", "text"],
  ["text", "s", "text"],
  ["text", "6", "text  "],
  ["text", ">6", "  text"],
  ["text", "*^7", "*text**"],
  ["text", ".2", "te"],
  ["héé😀x", ".4s", "héé😀"],
  ["😀", ">3", "  😀"],
  ["text", "_<2", "text"],
  [42, "d", "42"],
  [42, "5", "   42"],
  [42, "<5d", "42   "],
  [42, "^5", " 42  "],
  [42, "05", "00042"],
  [-42, "05", "-0042"],
  [-42, "*=6", "-***42"],
  [42, "+", "+42"],
  [42, " ", " 42"],
  [-42, "+d", "-42"],
  [255, "x", "ff"],
  [255, "#x", "0xff"],
  [255, "#X", "0XFF"],
  [255, "#06x", "0x00ff"],
  [5, "b", "101"],
  [5, "#b", "0b101"],
  [8, "o", "10"],
  [8, "#o", "0o10"],
  [65, "c", "A"],
  [1234567, ",", "1,234,567"],
  [1234567, "_d", "1_234_567"],
  [0xdeadbeef, "_x", "dead_beef"],
  [1234, "010,", "00,001,234"],
  [12, "06,d", "00,012"],
  [1234.5, ",.2f", "1,234.50"],
  [3.25159, ".2f", "3.25"],
  [3.25159, "8.3f", "   3.252"],
  [3.25159, "F", "3.251590"],
  [1e22, ".1f", "10000000000000000000000.0"],
  [1e22, ".0f", "10000000000000000000000"],
  [12345.678, "e", "1.234568e+04"],
  [12345.678, ".1E", "1.2E+04"],
  [1.5e-7, "e", "1.500000e-07"],
  [12345.678, "g", "12345.7"],
  [0.0001, "g", "0.0001"],
  [0.00001, "g", "1e-05"],
  [1234567.8, "g", "1.23457e+06"],
  [1234567.8, "G", "1.23457E+06"],
  [1.5, ".0g", "2"],
  [1.5, "#.3g", "1.50"],
  [3.25159, ".3", "3.25"],
  [0.5, "%", "50.000000%"],
  [0.256, ".1%", "25.6%"],
  [0.256, "8.1%", "   25.6%"],
  [3.5, "n", "3.5"],
  [1234567, "n", "1234567"],
];

test("formatWithSpec, specifications of Python, lays out as Python does", () => {
  for (const [value, spec, text] of PYTHON) assert.equal(formatWithSpec(value, spec), text, `${String(value)}:${spec}`);
});

test("formatWithSpec, numbers that Python does not have, says them", () => {
  assert.equal(formatWithSpec(10n ** 25n, ",d"), "10,000,000,000,000,000,000,000,000");
  assert.equal(formatWithSpec(-15n, "#x"), "-0xf");
  assert.equal(formatWithSpec(1e25, "d"), String(BigInt(1e25)));
  assert.equal(formatWithSpec(-0, "d"), "-0");
  assert.equal(formatWithSpec(Number.NaN, "06.1f"), "000NaN");
  assert.equal(formatWithSpec(Number.NEGATIVE_INFINITY, ">10"), " -Infinity");
  assert.equal(formatWithSpec(Number.NaN, "d"), "NaN");
});

test("formatWithSpec, things that are neither number nor text, lays their text out", () => {
  assert.equal(formatWithSpec(true, ">6"), "  true");
  assert.equal(formatWithSpec({ a: 1 }, ".^12"), "..{ a: 1 }..");
  assert.equal(formatWithSpec("a", "=4"), "a   ");
});

test("formatWithSpec, a date, takes the formats of time", () => {
  assert.equal(formatWithSpec(new Date(2026, 2, 9, 7, 5), "%Y-%m-%d %H:%M"), "2026-03-09 07:05");
});

test("formatWithSpec, what makes no sense, throws", () => {
  assert.throws(() => formatWithSpec(1, "zz"), /^SyntaxError: Cannot use the format specification "zz"/);
  assert.throws(() => formatWithSpec("a", "d"), /^SyntaxError: Cannot format text as 'd'/);
  assert.throws(() => formatWithSpec(1, "s"), /^SyntaxError: Cannot format a number as 's'/);
  assert.throws(() => formatWithSpec(1.5, "d"), /^SyntaxError: Cannot format a number with a fraction as 'd'/);
  assert.throws(() => formatWithSpec(-1, "y"), SyntaxError);
});

test("formatWithSpec, a width or precision beyond all tables, throws in place of making it", () => {
  assert.equal(formatWithSpec("", "1000").length, 1000);
  assert.throws(
    () => formatWithSpec("", "1001"),
    /^RangeError: Cannot format with a width of 1001: expected at most 1000/,
  );
  assert.throws(() => formatWithSpec(1, ".101f"), /^RangeError: Cannot format with a precision of 101/);
  assert.equal(formatWithSpec(1, ".100f").length, 102);
});
