/** Compares what formats say with what Twisted's `formatEvent` makes of them, for formats made of pieces at random. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { formatEvent, formatEventAsClassicLogText } from "../../src/logger/format-event.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { peer } from "../support/peers.ts";

const twisted = peer("twisted");

const PIECES = [
  ..."{}abxr!:[]. ",
  "{{",
  "}}",
  "()",
  "{a}",
  "{b}",
  "{b!r}",
  "{a!s:>4}",
  "{a!x}",
  "{c[x]}",
  "{c[y][0]}",
  "{c[]}",
  "{d[0]}",
  "{d[5]}",
  "{f()}",
  "{a()}",
  "{missing}",
  "{a:>4}",
  "{a:04}",
  "{b:*^9}",
  "{b:{a}}",
  "{b:<{a}}|",
  "{b:.2}",
  "{a:,}",
  "{a:x}",
  "{a:.1f}",
  "{a:+}",
];

const FIELDS = { a: 13, b: "bee", c: { x: "cx", y: [1, 2] }, d: [10, "eleven"], f: () => "called" };

const PYTHON = `
import json, sys
from twisted.logger import LogLevel, formatEvent, formatEventAsClassicLogText
for format in json.load(sys.stdin):
    event = dict(log_format=format, a=13, b="bee", c={"x": "cx", "y": [1, 2]}, d=[10, "eleven"], f=lambda: "called",
                 log_namespace="name.space", log_level=LogLevel.warn)
    print(json.dumps([formatEvent(event), formatEventAsClassicLogText(event, formatTime=lambda when: "TIME")]))
`;

const UNFORMATTABLE = "Unable to format event";

test("formatEvent, 2,000 formats, says what Twisted says", { skip: twisted.skip }, () => {
  const format = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));
  const formats = fc.sample(format, { numRuns: 2000, seed: 20260309 });
  const output = execFileSync(twisted.command, ["-c", PYTHON], { input: JSON.stringify(formats), encoding: "utf8" });
  const theirs = output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as [string, string | null]);
  let formattable = 0;
  for (const [index, logFormat] of formats.entries()) {
    const [text, line] = theirs[index] ?? ["", null];
    const event = { ...FIELDS, logFormat, logNamespace: "name.space", logLevel: LogLevel.warn };
    if (text.startsWith(UNFORMATTABLE)) {
      assert.ok(formatEvent(event).startsWith(UNFORMATTABLE), logFormat);
    } else {
      formattable++;
      assert.equal(formatEvent(event), text, logFormat);
      assert.equal(formatEventAsClassicLogText(event, { formatTime: () => "TIME" }), line, logFormat);
    }
  }
  assert.ok(formattable > 500 && formattable < 1900, `${formattable} of them make sense`);
});
