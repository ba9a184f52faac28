import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { eventAsJSON } from "../../src/logger/event-as-json.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { Logger } from "../../src/logger/logger.ts";

const UNPERSISTABLE = { unpersistable: true };

/** What `value` becomes as a field of an event. */
function written(value: unknown): unknown {
  const event: unknown = JSON.parse(eventAsJSON({ value }));
  return (event as { value?: unknown }).value;
}

class Point {
  readonly x = 1;
}

test("eventAsJSON, values of JSON, are what they are", () => {
  const value = { a: [1, -2.5, "text\n\u001e\u2028", true, false, null], b: { c: {}, d: [] }, "": "é😀\ud800" };
  assert.deepEqual(written(value), value);
});

test("eventAsJSON, any text, is in one line without record separators", () => {
  const text = eventAsJSON({ "a\nb": "\n\r\u001e", c: ["\n"] });
  // oxlint-disable-next-line no-control-regex
  assert.ok(!/[\0-\x1f]/.test(text));
});

test("eventAsJSON, values that JSON does not have, become the nearest", () => {
  assert.equal(written(Number.NaN), null);
  assert.equal(written(Number.NEGATIVE_INFINITY), null);
  assert.equal(written(12345678901234567890n), "12345678901234567890");
  assert.equal(written(new Date(0)), "1970-01-01T00:00:00.000Z");
  assert.equal(written(new URL("http://localhost/x")), "http://localhost/x");
  assert.equal(written(Buffer.from([0x41, 0xff, 0x0a])), "A\u00ff\n");
  assert.equal(written(new Uint8Array([66, 67]).subarray(1)), "C");
  assert.deepEqual(written([undefined, 1]), [null, 1]);
  assert.deepEqual(written(Object.assign(Object.create(null), { a: 1 })), { a: 1 });
});

test("eventAsJSON, what is undefined, is left out", () => {
  assert.equal(eventAsJSON({ a: undefined, b: { c: undefined }, d: { toJSON: () => undefined } }), '{"b":{}}');
});

test("eventAsJSON, what cannot be written, is unpersistable", () => {
  const throwing = {
    toJSON: (): never => {
      throw new Error("no");
    },
  };
  const self: unknown[] = [];
  self.push(self, 1);
  for (const value of [new Point(), new Map(), () => {}, Symbol("s"), Promise.resolve(), throwing]) {
    assert.deepEqual(written(value), UNPERSISTABLE);
  }
  assert.deepEqual(written([new Point(), 1]), [UNPERSISTABLE, 1]);
  assert.deepEqual(written(self), [UNPERSISTABLE, 1]);
  const shared = { a: 1 };
  assert.deepEqual(written([shared, shared]), [shared, shared], "the same twice is no cycle");
});

test("eventAsJSON, structures that are deep or have no end, are cut", () => {
  let deep: unknown = "end";
  for (let depth = 0; depth < 10_000; depth++) deep = [deep];
  assert.ok(eventAsJSON({ deep }).length < 1000);
  let wide: unknown = 1;
  for (let depth = 0; depth < 50; depth++) wide = { a: wide, b: wide };
  assert.deepEqual(JSON.parse(eventAsJSON({ wide, n: 1 })), { wide: UNPERSISTABLE, n: 1 });
  const endless = { toJSON: () => ({ again: endless }) };
  assert.deepEqual(written(endless), { again: UNPERSISTABLE });
  const fresh = (): object => ({ toJSON: fresh });
  assert.deepEqual(written(fresh()), UNPERSISTABLE);
});

test("eventAsJSON, a field that throws, is unpersistable, and the others are written", () => {
  const event = {
    before: 1,
    get broken(): never {
      throw new Error("no");
    },
    after: 2,
  };
  assert.deepEqual(JSON.parse(eventAsJSON(event)), { before: 1, broken: UNPERSISTABLE, after: 2 });
});

test("eventAsJSON, the keys of the system, are written as far as they can be had back", () => {
  const events: LogEvent[] = [];
  const log = new Logger({
    namespace: "a",
    source: new Point(),
    observer: (event) => events.push(event),
    seconds: () => 5,
  });
  log.warn("{n}", { n: 1, logTrace: [] });
  const [event] = events;
  assert.ok(event);
  assert.deepEqual(JSON.parse(eventAsJSON(event)), {
    n: 1,
    logFormat: "{n}",
    logLevel: { name: "warn", __class_uuid__: "02e59486-f24d-46ad-8224-3acdf2a5732a" },
    logNamespace: "a",
    logSource: UNPERSISTABLE,
    logTime: 5,
  });
});

test("eventAsJSON, a failure, is written with its stack, its fields and its causes", () => {
  const cause = new TypeError("first");
  const error = Object.assign(new RangeError("second", { cause }), { code: "E_CODE", at: new Point() });
  error.stack = "the stack";
  cause.stack = "its stack";
  assert.deepEqual(written(new Failure(error)), {
    name: "RangeError",
    message: "second",
    stack: "the stack",
    fields: { code: "E_CODE", at: UNPERSISTABLE },
    cause: { name: "TypeError", message: "first", stack: "its stack", fields: {} },
    __class_uuid__: "e76887e2-20ed-49bf-a8f8-ba25cc586f2d",
  });
  assert.deepEqual(written(new Failure("text")), {
    value: "text",
    __class_uuid__: "e76887e2-20ed-49bf-a8f8-ba25cc586f2d",
  });
});

test("eventAsJSON, a chain of causes without end, is cut", () => {
  const error = new Error("again");
  error.cause = error;
  assert.ok(eventAsJSON({ failure: new Failure(error) }).length < 100_000);
});

test("eventAsJSON, a format of calls, keeps what they said", () => {
  const event: LogEvent = { logFormat: "{call()}", call: () => "said" };
  const { logFlattened, call } = JSON.parse(eventAsJSON(event)) as LogEvent;
  assert.deepEqual(call, UNPERSISTABLE);
  assert.deepEqual(logFlattened, { "call()!s:": "said", "call()!:": "said" });
  assert.deepEqual(JSON.parse(eventAsJSON({ logFormat: "{oops", n: 1 })), { logFormat: "{oops", n: 1 });
});

test("eventAsJSON, the same event again, does not call again; a frozen one is left alone", () => {
  let calls = 0;
  const event: LogEvent = { logFormat: "{call()}", call: () => ++calls };
  const text = eventAsJSON(event);
  assert.equal(eventAsJSON(event), text);
  assert.equal(calls, 1);
  const frozen = Object.freeze({ logFormat: "{call()}", call: () => "said" });
  assert.match(eventAsJSON(frozen), /"logFlattened":\{"call\(\)!s:":"said"/);
});

test("eventAsJSON, a level in a field, is written as one", () => {
  const level = written({ level: LogLevel.debug });
  assert.deepEqual(level, { level: { name: "debug", __class_uuid__: "02e59486-f24d-46ad-8224-3acdf2a5732a" } });
});

test("eventAsJSON, an event that cannot be read at all, is unpersistable", () => {
  const refuse = (): never => {
    throw new Error("no");
  };
  assert.deepEqual(JSON.parse(eventAsJSON(new Proxy({}, { ownKeys: refuse, get: refuse }))), UNPERSISTABLE);
});

test("eventAsJSON, many keys and long ones, writes all", () => {
  const keys = [...Array.from({ length: 1500 }, (_, n) => `key "${n}"`), "x".repeat(1000)];
  const event = Object.fromEntries(keys.map((key, n) => [key, n]));
  for (let again = 0; again < 2; again++) assert.deepEqual(JSON.parse(eventAsJSON(event)), event);
});
