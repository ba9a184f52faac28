import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { asAscii, asRepr, asString, convert } from "../../src/logger/format-value.ts";

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

class NamedPoint extends Point {
  override toString(): string {
    return `point at ${this.x}`;
  }
}

test("asString, simple values, says them as JavaScript does", () => {
  const said: [unknown, string][] = [
    ["text\n", "text\n"],
    [1.5, "1.5"],
    [-0, "0"],
    [10n, "10"],
    [true, "true"],
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("s"), "Symbol(s)"],
  ];
  for (const [value, text] of said) assert.equal(asString(value), text);
});

test("asString, objects that say how they look, lets them", () => {
  assert.equal(asString(new NamedPoint(3)), "point at 3");
  assert.equal(asString(new URL("http://localhost/x")), "http://localhost/x");
  assert.equal(asString(new RangeError("too far")), "RangeError: too far");
  assert.equal(asString(new Failure(new Error("x"))), "[Failure instance: Error: x]");
  assert.equal(asString({ toString: () => "own" }), "own");
  assert.equal(asString({ toString: () => 3 }), "3");
});

test("asString, other objects, shows them in a line", () => {
  assert.equal(asString(new Point(3)), "Point { x: 3 }");
  assert.equal(asString({ a: { b: [1, 2] } }), "{ a: { b: [ 1, 2 ] } }");
  assert.equal(asString(["a", "b"]), "[ 'a', 'b' ]");
  assert.equal(asString(new Date(0)), "1970-01-01T00:00:00.000Z");
  assert.equal(asString(Buffer.from("hi")), "<Buffer 68 69>");
  assert.equal(asString(Object.create(null)), "[Object: null prototype] {}");
  assert.equal(asString({ toString: 3 }), "{ toString: 3 }");
  assert.equal(
    asString(() => {}),
    "[Function (anonymous)]",
  );
  assert.ok(!asString(Array.from({ length: 60 }, (_, n) => `item ${n}`)).includes("\n"));
});

test("asRepr, a string, shows where it ends and what is in it", () => {
  assert.equal(asRepr("it's\n"), `"it's\\n"`);
  assert.equal(asRepr(""), "''");
});

test("asRepr, errors and failures, is a line without stack", () => {
  assert.equal(asRepr(new TypeError("bad")), "[TypeError: bad]");
  assert.equal(asRepr(new Failure(new TypeError("bad"))), "[Failure instance: TypeError: bad]");
});

test("asRepr, a getter, does not call it", () => {
  const value = {
    get side(): never {
      throw new Error("called");
    },
  };
  assert.equal(asRepr(value), "{ side: [Getter] }");
});

test("asAscii, characters beyond ASCII, are escapes", () => {
  assert.equal(asAscii("aé😀"), "'a\\u00e9\\ud83d\\ude00'");
});

test("convert, the conversions of formats, are these", () => {
  assert.equal(convert(3, ""), 3);
  assert.equal(convert(3, "s"), "3");
  assert.equal(convert("x", "r"), "'x'");
  assert.equal(convert("é", "a"), "'\\u00e9'");
  assert.throws(() => convert(3, "x"), /^SyntaxError: Cannot convert a field: '!x' is unknown/);
});
