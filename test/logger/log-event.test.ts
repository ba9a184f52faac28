import assert from "node:assert/strict";
import { test } from "node:test";
import { wallClockSeconds } from "../../src/logger/log-event.ts";

test("wallClockSeconds, compared with Date, tells seconds with fractions", (t) => {
  t.mock.method(Date, "now", () => 1_234_567);
  assert.equal(wallClockSeconds(), 1234.567);
});
