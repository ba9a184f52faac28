import assert from "node:assert/strict";
import { test } from "node:test";
import * as keys from "../../../src/amp/wire/keys.ts";

test("The keys of AMP, are those of Twisted", () => {
  assert.deepEqual(Object.values(keys).toSorted(), [
    "_answer",
    "_ask",
    "_command",
    "_error",
    "_error_code",
    "_error_description",
  ]);
});
