import assert from "node:assert/strict";
import { test } from "node:test";
import { boolean } from "../../../src/amp/arguments/boolean.ts";
import { doesNotSend, received, refuses, sent } from "./fixtures.ts";

test("boolean, is True or False on the wire", () => {
  assert.deepEqual([sent(boolean(), true), sent(boolean(), false)], ["True", "False"]);
  assert.deepEqual([received(boolean(), "True"), received(boolean(), "False")], [true, false]);
});

test("boolean, refuses everything else", () => {
  doesNotSend(boolean(), 1, "true");
  refuses(boolean(), "", "true", "1", "TRUE", "True ");
});
