import assert from "node:assert/strict";
import { test } from "node:test";
import { extractField, fillFormat, flattenEvent } from "../../src/logger/fill-format.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";

class Account {
  readonly #owner: string;
  readonly limits: Map<unknown, number> = new Map<unknown, number>([
    ["day", 10],
    [7, 70],
  ]);

  constructor(owner: string) {
    this.#owner = owner;
  }

  get owner(): string {
    return this.#owner;
  }

  names(): string[] {
    return [this.#owner, "root"];
  }
}

const event = {
  n: 3,
  text: "text",
  list: ["a", ["b"]],
  nothing: null,
  call: () => "called",
  adder: () => () => 5,
  account: new Account("ada"),
  width: 6,
};

test("fillFormat, keys, attributes, indexes and calls, fills in what they lead to", () => {
  const filled: [string, string][] = [
    ["{n} {text!r} {{n}}", "3 'text' {n}"],
    ["{list[0]} {list[1][0]} {list.length}", "a b 2"],
    ["{call()} {adder()()}", "called 5"],
    ["{account.owner} {account.names()[1]} {account.names().length}", "ada root 2"],
    ["{account.limits[day]} {account.limits[7]} {account.limits.size}", "10 70 2"],
    ["{text.length} {text[0]}", "4 t"],
    ["{n:>{width}}|{n:0{width}}", "     3|000003"],
    ["{n!r:>3}", "  3"],
    ["{nothing}", "null"],
  ];
  for (const [format, text] of filled) assert.equal(fillFormat(format, event), text);
});

test("fillFormat, a method, is called on its object; a function of the event on nothing", () => {
  const self = function (this: unknown): string {
    return typeof this;
  };
  assert.equal(fillFormat("{self()} {holder.self()}", { self, holder: { self } }), "undefined object");
});

test("fillFormat, what is not there, throws", () => {
  const missing = [
    "{m}",
    "{toString}",
    "{}",
    "{n.m}",
    "{nothing.m}",
    "{list[5]}",
    "{account.limits[9]}",
    "{n()}",
    "{account.owner()}",
  ];
  for (const format of missing) assert.throws(() => fillFormat(format, event), TypeError, format);
  assert.throws(
    () => fillFormat("{n.m}", event),
    /Cannot read field \{n\.m\}: there is no "m" in something of type number$/,
  );
  assert.throws(() => fillFormat("{m}", event), /Cannot read field \{m\}: the event has no "m"$/);
});

test("fillFormat, fields in fields in fields, throws", () => {
  assert.throws(() => fillFormat("{n:{width:{n}}}", event), /^SyntaxError: Cannot fill the format/);
  assert.throws(() => fillFormat("{n:}}", event), SyntaxError);
});

test("flattenEvent, values that JSON keeps, has nothing to say", () => {
  assert.equal(flattenEvent({ logFormat: "{a} {b!r} {c:>5}", a: "text", b: true, c: 1.5 }), undefined);
  assert.equal(flattenEvent({ a: () => 1 }), undefined);
  const logFlattened = { "a!s:": "saved" };
  assert.equal(flattenEvent({ logFormat: "{a}", logFlattened }), logFlattened);
  assert.equal(flattenEvent({ logFlattened }), logFlattened);
});

test("flattenEvent, values that JSON does not keep, has their text and themselves", () => {
  const live = { ...event, logFormat: "{call()} {account.owner!r} {n} {text.length:>4}", logFlattened: { x: 1 } };
  assert.deepEqual(flattenEvent(live), {
    x: 1,
    "call()!s:": "called",
    "call()!:": "called",
    "account.owner!r:": "'ada'",
    "account.owner!:": "ada",
    "text.length!s:>4": "   4",
    "text.length!:>4": 4,
  });
});

test("flattenEvent, values that JSON changes, has them", () => {
  const flattened = flattenEvent({ logFormat: "{a} {b} {c}", a: Number.NaN, b: 1n, c: undefined });
  assert.deepEqual(Object.keys(flattened ?? {}), ["a!s:", "a!:", "b!s:", "b!:", "c!s:", "c!:"]);
});

test("flattenEvent, a field that comes twice, has what each says", () => {
  let count = 0;
  const live: LogEvent = { logFormat: "{next()} {next()}", next: () => ++count };
  const saved = { ...live, logFlattened: flattenEvent(live) };
  assert.equal(fillFormat("{next()} {next()}", saved), "1 2");
  assert.equal(flattenEvent(saved), saved.logFlattened);
  assert.equal(count, 2, "what is saved is not asked for again");
});

test("fillFormat, an event that was saved, says what it said, even without the objects", () => {
  const logFormat = "{account.owner} has {n} of {list}";
  const logFlattened = flattenEvent({ ...event, logFormat });
  assert.equal(fillFormat(logFormat, { n: 3, logFlattened }), "ada has 3 of [ 'a', [ 'b' ] ]");
});

test("extractField, a field, is its value; with a conversion, its text", () => {
  assert.equal(extractField("account.owner", event), "ada");
  assert.equal(extractField("account.owner!r", event), "'ada'");
  assert.equal(extractField("n!s", event), "3");
  assert.equal(extractField("n:>5", event), 3);
  assert.deepEqual(extractField("list[1]", event), ["b"]);
});

test("extractField, an event that was saved, is what was saved", () => {
  const logFlattened = { "a.b!:": 1, "a.b!r:": "one" };
  assert.equal(extractField("a.b", { logFlattened }), 1);
  assert.equal(extractField("a.b!r", { logFlattened }), "one");
});

test("extractField, no such field, throws", () => {
  assert.throws(() => extractField("missing", event), TypeError);
  for (const field of ["n} and {n", "{n", "n}", "}{"])
    assert.throws(() => extractField(field, event), SyntaxError, field);
});
