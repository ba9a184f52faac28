import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Failure } from "../../src/deferred/failure.ts";
import { eventAsJSON } from "../../src/logger/event-as-json.ts";
import { eventFromJSON } from "../../src/logger/event-from-json.ts";
import { extractField } from "../../src/logger/fill-format.ts";
import { eventAsText, formatEvent } from "../../src/logger/format-event.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { LogLevel } from "../../src/logger/log-level.ts";

const FAILURE = "e76887e2-20ed-49bf-a8f8-ba25cc586f2d";

function roundTrip(event: LogEvent): LogEvent {
  return eventFromJSON(eventAsJSON(event));
}

test("eventFromJSON, any event of JSON values, is the event that was written", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constantFrom(...LogLevel.iterconstants()),
      (fields, logLevel) => {
        const event: LogEvent = { ...fields, logLevel, nested: [logLevel] };
        delete event.logLogger;
        delete event.logTrace;
        delete event.logFormat;
        assert.deepEqual(roundTrip(event), event);
      },
    ),
  );
});

test("eventFromJSON, any event, says what the event said", () => {
  const formats = ["{a}", "{a!r}", "{a} {b}", "{b.length}", "{b[0]} {a:>10}", "{c()}", "plain"];
  fc.assert(
    fc.property(fc.constantFrom(...formats), fc.anything(), fc.anything(), (logFormat, a, b) => {
      const event: LogEvent = { logFormat, a, b, c: () => a };
      const text = formatEvent(event);
      const read = roundTrip(event);
      if (text.startsWith("Unable to format event")) assert.match(formatEvent(read), /^Unable to format event/);
      else assert.equal(formatEvent(read), text);
    }),
  );
});

test("eventFromJSON, levels, are levels again; names that are none stay as they are", () => {
  for (const logLevel of LogLevel.iterconstants()) assert.equal(roundTrip({ logLevel }).logLevel, logLevel);
  const text = '{"logLevel":{"name":"loud","__class_uuid__":"02e59486-f24d-46ad-8224-3acdf2a5732a"}}';
  assert.deepEqual(eventFromJSON(text).logLevel, JSON.parse(text).logLevel);
});

test("eventFromJSON, a failure, is a failure that reads the same", () => {
  const cause = new TypeError("first");
  const error = Object.assign(new RangeError("second", { cause }), { code: "E_CODE" });
  const event = { logFormat: "While {doing}", doing: "this", logFailure: new Failure(error) };
  const read = roundTrip(event);
  assert.ok(read.logFailure instanceof Failure && read.logFailure.value instanceof Error);
  assert.equal(read.logFailure.getTraceback(), event.logFailure.getTraceback());
  assert.equal(read.logFailure.getBriefTraceback(), event.logFailure.getBriefTraceback());
  assert.equal(read.logFailure.getErrorMessage(), "second");
  assert.equal(
    read.logFailure.getTraceback({ detail: "verbose" }),
    event.logFailure.getTraceback({ detail: "verbose" }),
  );
  assert.equal(eventAsText(read), eventAsText(event));
  assert.deepEqual(Object.keys(read.logFailure.value), ["code"]);
});

test("eventFromJSON, a failure of something that is no error, is a failure of it", () => {
  assert.deepEqual(roundTrip({ logFailure: new Failure({ a: 1 }) }).logFailure?.value, { a: 1 });
  assert.equal(roundTrip({ logFailure: new Failure("text") }).logFailure?.value, "text");
  const odd = eventFromJSON(`{"logFailure":{"message":3,"fields":5,"cause":"x","__class_uuid__":"${FAILURE}"}}`);
  assert.equal(odd.logFailure?.getErrorMessage(), "3");
});

test("eventFromJSON, an unknown class, stays as it is", () => {
  assert.deepEqual(eventFromJSON('{"a":{"__class_uuid__":"?"}}'), { a: { __class_uuid__: "?" } });
});

test("eventFromJSON, keys that are special in JavaScript, are keys like others", () => {
  const level = '{"name":"info","__class_uuid__":"02e59486-f24d-46ad-8224-3acdf2a5732a"}';
  const event = eventFromJSON(`{"__proto__":${level},"a":{"__proto__":{"polluted":true}}}`);
  assert.equal(Object.getPrototypeOf(event), Object.prototype);
  assert.equal(Object.getOwnPropertyDescriptor(event, "__proto__")?.value, LogLevel.info);
  assert.equal((event["a"] as { polluted?: boolean }).polluted, undefined);
  const failure = `{"message":"m","fields":{"__proto__":{"polluted":true}},"__class_uuid__":"${FAILURE}"}`;
  const error = eventFromJSON(`{"logFailure":${failure}}`).logFailure?.value;
  assert.ok(error instanceof Error);
  assert.equal((error as { polluted?: boolean }).polluted, undefined);
});

test("eventFromJSON, text that is no event, throws SyntaxError", () => {
  for (const text of ["", "{", "[]", "3", "null", '"text"'])
    assert.throws(() => eventFromJSON(text), SyntaxError, text);
});

test("extractField, an event that was read, has the fields of its format", () => {
  const read = roundTrip({ logFormat: "{user.name()!r} {n}", user: { name: () => "Ada" }, n: 3 });
  assert.equal(extractField("user.name()!r", read), "'Ada'");
  assert.equal(extractField("n", read), 3);
});
