import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { timeBytes } from "../../../src/wire-services/wire/time-bytes.ts";

describe("timeBytes", () => {
  // The examples that the RFC gives.
  for (const [date, seconds] of [
    ["1970-01-01T00:00:00Z", 2_208_988_800],
    ["1976-01-01T00:00:00Z", 2_398_291_200],
    ["1980-01-01T00:00:00Z", 2_524_521_600],
    ["1983-05-01T00:00:00Z", 2_629_584_000],
    ["1858-11-17T00:00:00Z", 2 ** 32 - 1_297_728_000],
  ] as const) {
    test(`counts from 1900: ${date}`, () => {
      assert.equal(timeBytes(Date.parse(date) / 1000).readUInt32BE(), seconds);
    });
  }

  test("leaves out parts of seconds, and begins anew in 2036", () => {
    assert.equal(timeBytes(0.999).readUInt32BE(), 2_208_988_800);
    assert.equal(timeBytes(Date.parse("2036-02-07T06:28:15Z") / 1000).readUInt32BE(), 2 ** 32 - 1);
    assert.equal(timeBytes(Date.parse("2036-02-07T06:28:16Z") / 1000).readUInt32BE(), 0);
  });
});
