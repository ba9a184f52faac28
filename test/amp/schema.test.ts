import assert from "node:assert/strict";
import { test } from "node:test";
import { expectTypeOf } from "expect-type";
import { bigInteger, integer } from "../../src/amp/arguments/integer.ts";
import { dateTime } from "../../src/amp/arguments/date-time.ts";
import type { DateTime } from "../../src/amp/arguments/date-time.ts";
import { ampList } from "../../src/amp/arguments/amp-list.ts";
import { listOf } from "../../src/amp/arguments/list-of.ts";
import { string } from "../../src/amp/arguments/string.ts";
import { unicode } from "../../src/amp/arguments/unicode.ts";
import { fieldsOf, missingIn, valuesFromBox, valuesToBox } from "../../src/amp/schema.ts";
import type { Given, Received } from "../../src/amp/schema.ts";
import { AmpBox } from "../../src/amp/wire/amp-box.ts";

const schema = { b: integer(), a: unicode({ optional: true }) };

test("Given and Received, follow from the schema", () => {
  expectTypeOf<Given<typeof schema>>().toEqualTypeOf<{ readonly b: number; readonly a?: string | undefined }>();
  expectTypeOf<Received<typeof schema>>().toEqualTypeOf<{ b: number; a: string | undefined }>();
  const rich = {
    s: string(),
    n: bigInteger(),
    l: listOf(integer()),
    t: dateTime(),
    r: ampList({ x: unicode(), y: integer({ optional: true }) }),
  };
  expectTypeOf<Received<typeof rich>>().toEqualTypeOf<{
    s: Buffer;
    n: bigint;
    l: number[];
    t: DateTime;
    r: { x: string; y: number | undefined }[];
  }>();
  expectTypeOf<Given<typeof rich>["s"]>().toEqualTypeOf<string | Uint8Array>();
  expectTypeOf<Given<typeof rich>["n"]>().toEqualTypeOf<bigint | number>();
  expectTypeOf<Given<typeof rich>["t"]>().toEqualTypeOf<DateTime | Date>();
  expectTypeOf<Given<typeof rich>["r"]>().toEqualTypeOf<
    Iterable<{ readonly x: string; readonly y?: number | undefined }>
  >();
});

test("fieldsOf, sorts the names, and refuses what cannot be sent", () => {
  assert.deepEqual(
    fieldsOf(schema).map(({ name }) => name),
    ["a", "b"],
  );
  assert.throws(() => fieldsOf({ "": integer() }), { code: "ERR_LOCAL_PROTOCOL" });
  assert.throws(() => fieldsOf({ a: Number as never }), {
    name: "TypeError",
    message: /Cannot declare "a": expected an argument type/,
  });
});

test("valuesToBox and valuesFromBox, are the inverse of each other", () => {
  const fields = fieldsOf(schema);
  for (const values of [
    { a: "x", b: 1 },
    { a: undefined, b: 2 },
  ]) {
    const box = new AmpBox();
    valuesToBox(fields, values, box, undefined);
    assert.deepEqual(valuesFromBox(fields, box, undefined), values);
  }
});

test("missingIn, names what is required and not there", () => {
  assert.deepEqual(missingIn(fieldsOf(schema), { a: "x" }), ["b"]);
  assert.deepEqual(missingIn(fieldsOf(schema), { b: null }), ["b"]);
  assert.deepEqual(missingIn(fieldsOf(schema), { b: 0 }), []);
});
