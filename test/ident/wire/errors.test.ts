import assert from "node:assert/strict";
import { test } from "node:test";
import { HiddenUser, IdentError, InvalidPort, NoUser, errorFor } from "../../../src/ident/wire/errors.ts";

test("errorFor, gives the error of each word, and an IdentError for others", () => {
  const errors = [IdentError, NoUser, InvalidPort, HiddenUser].map((Class) => new Class());
  for (const error of errors) {
    const again = errorFor(error.identDescription);
    assert.equal(again.constructor, error.constructor);
    assert.equal(error.name, error.constructor.name);
    assert.ok(error instanceof IdentError && error.message !== "");
  }
  assert.equal(new Set(errors.map(({ code }) => code)).size, 4);
  assert.equal(errorFor("X-OWN").constructor, IdentError);
});

test("Errors of ident, take a message and a cause", () => {
  const cause = new Error("why");
  for (const Class of [IdentError, NoUser, InvalidPort, HiddenUser]) {
    const error = new Class("what", { cause });
    assert.deepEqual([error.message, error.cause], ["what", cause]);
  }
});
