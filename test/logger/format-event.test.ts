import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Failure } from "../../src/deferred/failure.ts";
import { eventAsText, formatEvent, formatEventAsClassicLogText } from "../../src/logger/format-event.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { LogLevel } from "../../src/logger/log-level.ts";

const formatTime = (when: number | undefined): string => `T${when}`;

/** Anything whose every property throws. */
const hostile = new Proxy(() => {}, {
  get: refuse,
  has: refuse,
  ownKeys: refuse,
  getPrototypeOf: refuse,
  getOwnPropertyDescriptor: refuse,
  apply: refuse,
});

function refuse(): never {
  throw new Error("no");
}

test("formatEvent, a format, is filled from the event", () => {
  assert.equal(formatEvent({ logFormat: "Hello, {name}", name: "Ada" }), "Hello, Ada");
  assert.equal(
    formatEvent({ logFormat: "{logLevel} in {logNamespace}", logLevel: LogLevel.info, logNamespace: "a" }),
    "info in a",
  );
});

test("formatEvent, no format, is empty", () => {
  assert.equal(formatEvent({}), "");
  assert.equal(formatEvent({ logFormat: null }), "");
});

test("formatEvent, a format that cannot be filled, describes the event and the error", () => {
  const event = { logFormat: "{a} {b}", a: 1, logLogger: {}, logSource: {} };
  assert.equal(
    formatEvent(event),
    `Unable to format event { logFormat: '{a} {b}', a: 1 }: Cannot read field {b}: the event has no "b"`,
  );
  const failure = new Failure(new Error("x"));
  assert.match(
    formatEvent({ logFormat: "{", failure }),
    /failure: \[Failure instance: Error: x\] \}: Cannot parse the format/,
  );
  assert.match(
    formatEvent({ logFormat: 3 as never }),
    /^Unable to format event \{ logFormat: 3 \}: Cannot format with something of type number$/,
  );
});

test("formatEvent, objects that throw whatever one does, never throws", () => {
  const broken = {
    toString(): string {
      throw new Error("no text");
    },
  };
  assert.match(formatEvent({ logFormat: "{broken}", broken }), /^Unable to format event .*: no text$/);
  assert.match(formatEvent({ logFormat: "{hostile.x}", hostile }), /^Unable to format event .*: no$/);
  assert.match(formatEvent({ logFormat: "{call()}", call: () => refuse() }), /: no$/);
  const throwing = (): never => {
    throw hostile;
  };
  assert.match(
    formatEvent({ logFormat: "{call()}", call: throwing }),
    /: \(something of type function that cannot be shown\)$/,
  );
  assert.match(
    formatEvent(hostile as unknown as LogEvent),
    /^Unable to format event \(of which nothing can be read\): no$/,
  );
});

test("formatEvent, a call without end, never throws", () => {
  const deep = (): unknown => deep();
  assert.match(formatEvent({ logFormat: "{deep()}", deep }), /Maximum call stack size exceeded/);
});

test("formatEvent, any format and any fields, never throws", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "{",
      "}",
      "{{",
      "}}",
      "{a}",
      "{a.b}",
      "{a[b]}",
      "{a()}",
      "{a!r}",
      "{a:>9}",
      "{b:{a}}",
      "{a.b()[0]}",
      "!",
      ":",
      "[",
      "]",
      ".",
    ),
    fc.string({ maxLength: 4 }),
  );
  const format = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(
      format,
      fc.anything(),
      fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
      (logFormat, a, b) => {
        const event = { logFormat, a, b, logFailure: b as never, logSystem: a };
        assert.equal(typeof formatEvent(event), "string");
        assert.equal(typeof eventAsText(event), "string");
        const line = formatEventAsClassicLogText(event);
        // Whatever was logged, it is one record: further lines are indented.
        assert.ok(line === null || /^[^\n]*(\n\t[^\n]*)*\n$/.test(line));
      },
    ),
  );
});

test("eventAsText, an event, is time, system and text", () => {
  const event = { logFormat: "text", logTime: 5, logNamespace: "a.b", logLevel: LogLevel.warn };
  assert.equal(eventAsText(event, { formatTime }), "T5 [a.b#warn] text");
  assert.equal(eventAsText(event, { formatTime, includeTimestamp: false }), "[a.b#warn] text");
  assert.equal(eventAsText(event, { formatTime, includeSystem: false }), "T5 text");
  assert.match(eventAsText(event), /^(19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d \[a\.b#warn\] text$/);
});

test("eventAsText, keys that are missing, are dashes", () => {
  assert.equal(eventAsText({ logFormat: "text" }), "- [-#-] text");
  assert.equal(eventAsText({ logFormat: "text", logLevel: "info" as never }), "- [-#-] text");
});

test("eventAsText, a system, stands in place of namespace and level", () => {
  assert.equal(eventAsText({ logFormat: "text", logSystem: "sys", logNamespace: "a" }), "- [sys] text");
  assert.equal(eventAsText({ logFormat: "text", logSystem: { a: 1 } }), "- [{ a: 1 }] text");
  assert.equal(eventAsText({ logFormat: "text", logSystem: hostile }), "- [UNFORMATTABLE] text");
  assert.equal(eventAsText({ logFormat: "text", logNamespace: Symbol("a") as never }), "- [UNFORMATTABLE] text");
});

test("eventAsText, a failure, is followed by its traceback", () => {
  const error = new RangeError("too far");
  error.stack = "RangeError: too far\n    at somewhere";
  const logFailure = new Failure(error);
  assert.equal(
    eventAsText({ logFormat: "While going", logFailure }),
    "- [-#-] While going\nRangeError: too far\n    at somewhere",
  );
  assert.equal(eventAsText({ logFailure }), "- [-#-] \nRangeError: too far\n    at somewhere");
  assert.equal(
    eventAsText({ logFormat: "While going", logFailure }, { includeTraceback: false }),
    "- [-#-] While going",
  );
  assert.equal(eventAsText({ logFailure }, { includeTraceback: false }), "");
});

test("eventAsText, a failure that is none, says so", () => {
  const text = eventAsText(
    { logFormat: "x", logFailure: {} as never },
    { includeTimestamp: false, includeSystem: false },
  );
  assert.match(text, /^x\n\(Unable to obtain the traceback of the event: .*getTraceback is not a function\)$/);
  assert.match(
    eventAsText({ logFormat: "x", logFailure: hostile as never }),
    /Unable to obtain the traceback of the event: no/,
  );
});

test("eventAsText, nothing to say, is empty", () => {
  assert.equal(eventAsText({ logTime: 5, logNamespace: "a" }), "");
});

test("eventAsText, a time that cannot be said, is a dash", () => {
  const event = { logFormat: "x", logTime: 5n as never };
  assert.equal(eventAsText(event), "- [-#-] x");
  assert.equal(eventAsText(event, { formatTime: () => refuse() }), "- [-#-] x");
});

test("formatEventAsClassicLogText, an event, is a line", () => {
  const event = { logFormat: "text", logTime: 5, logNamespace: "a.b", logLevel: LogLevel.info };
  assert.equal(formatEventAsClassicLogText(event, { formatTime }), "T5 [a.b#info] text\n");
  assert.match(formatEventAsClassicLogText(event) ?? "", /T.*:.*:.* \[a\.b#info\] text\n$/);
});

test("formatEventAsClassicLogText, nothing to say, is null", () => {
  assert.equal(formatEventAsClassicLogText({}), null);
  assert.equal(formatEventAsClassicLogText({ logFormat: "" }), null);
});

test("formatEventAsClassicLogText, text of more lines, cannot be taken for further events", () => {
  const text = "one\n2026-01-01T00:00:00+00:00 [a#info] forged\r\nthree";
  assert.equal(
    formatEventAsClassicLogText({ logFormat: "{text}", text }),
    "- [-#-] one\n\t2026-01-01T00:00:00+00:00 [a#info] forged\\x0d\n\tthree\n",
  );
});

test("formatEventAsClassicLogText, control characters, are escapes; tabs and letters stay", () => {
  const text = "\u001b]0;title\u0007 \u0000 \u009b31m \u007f \t é😀\u2028";
  assert.equal(
    formatEventAsClassicLogText({ logFormat: "{text}", text }),
    "- [-#-] \\x1b]0;title\\x07 \\x00 \\x9b31m \\x7f \t é😀\u2028\n",
  );
});
