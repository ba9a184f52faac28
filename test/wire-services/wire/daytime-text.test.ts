import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { daytimeText } from "../../../src/wire-services/wire/daytime-text.ts";

describe("daytimeText", () => {
  test("is the line that asctime makes", () => {
    assert.equal(daytimeText(0), "Thu Jan  1 00:00:00 1970\r\n");
    assert.equal(daytimeText(951_782_399.999), "Mon Feb 28 23:59:59 2000\r\n");
    assert.equal(daytimeText(951_782_400), "Tue Feb 29 00:00:00 2000\r\n");
    assert.equal(daytimeText(-1), "Wed Dec 31 23:59:59 1969\r\n");
    assert.equal(daytimeText(2 ** 32), "Sun Feb  7 06:28:16 2106\r\n");
  });
});
