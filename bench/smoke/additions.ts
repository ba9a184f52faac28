/** The smoke benchmark's work: additions. */
import assert from "node:assert/strict";
import { measure } from "../lib/measure.ts";

measure(() => {
  let total = 0;
  for (let i = 0; i < 10_000; i++) total += i;
  assert.equal(total, 49_995_000);
  return 10_000;
});
