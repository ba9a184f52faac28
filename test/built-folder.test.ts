import assert from "node:assert/strict";
import { test } from "node:test";
import { BUILT_FOLDER } from "../src/built-folder.ts";

test("BUILT_FOLDER, is that of the compiled sources and tests", () => {
  assert.equal(BUILT_FOLDER.href, new URL("../", import.meta.url).href);
});
