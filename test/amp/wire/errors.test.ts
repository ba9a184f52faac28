import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BoxTooLong,
  KeyTooLong,
  MalformedAmpBox,
  TooLong,
  TooManyKeys,
  ValueTooLong,
} from "../../../src/amp/wire/errors.ts";
import { LocalProtocolError, RemoteProtocolError } from "../../../src/errors.ts";

test("TooLong, is the caller's, and says what is too long", () => {
  const error = new TooLong("long", { isKey: false, length: 70_000, keyName: "a" });
  assert.ok(error instanceof LocalProtocolError);
  assert.deepEqual([error.isKey, error.length, error.keyName, error.code], [false, 70_000, "a", "ERR_AMP_TOO_LONG"]);
});

test("What the peer does wrong, is a MalformedAmpBox, with a code of its own", () => {
  const errors = [MalformedAmpBox, KeyTooLong, ValueTooLong, TooManyKeys, BoxTooLong].map((Class) => new Class("x"));
  for (const error of errors) assert.ok(error instanceof MalformedAmpBox && error instanceof RemoteProtocolError);
  assert.equal(new Set(errors.map(({ code }) => code)).size, errors.length);
  assert.deepEqual(
    errors.map(({ name, constructor }) => name === constructor.name),
    errors.map(() => true),
  );
});
