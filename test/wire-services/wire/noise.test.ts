import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noise } from "../../../src/wire-services/wire/noise.ts";

describe("noise", () => {
  test("is whole rounds of printable characters, each of them different", () => {
    const round = noise(1).toString();
    assert.equal(round.length, 71);
    assert.equal(new Set(round).size, 71);
    assert.match(round, /^[ -~]+$/);
    assert.ok(round.startsWith("@ABC") && round.endsWith('~ !"#$%&?'));
    assert.equal(noise(72).toString(), round + round);
    assert.equal(noise(142).length, 142);
    assert.equal(noise(0).length, 0);
  });
});
