import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "../../src/sim/seeded-random.ts";

const draw = (random: SeededRandom, count = 5): number[] => Array.from({ length: count }, () => random.next());

test("SeededRandom, with the same seed draws the same, on every machine", () => {
  assert.deepEqual(draw(new SeededRandom(7)), draw(new SeededRandom(7)));
  assert.deepEqual(draw(new SeededRandom("7")), draw(new SeededRandom(7)));
  assert.notDeepEqual(draw(new SeededRandom(7)), draw(new SeededRandom(8)));
  // What was drawn when this was written: a change breaks the replay of every seed that anybody has noted.
  assert.deepEqual(draw(new SeededRandom(1)), [2637292402, 1897916958, 3704787130, 3183936712, 2195875733]);
  assert.equal(new SeededRandom(1).bytes(7).toString("hex"), "72e3319d1eea1f");
});

test("SeededRandom, is even enough", () => {
  const random = new SeededRandom(3);
  const bits = Array.from({ length: 32 }, () => 0);
  const faces = Array.from({ length: 6 }, () => 0);
  for (let n = 0; n < 60_000; n++) {
    const drawn = random.next();
    for (let bit = 0; bit < 32; bit++) bits[bit]! += (drawn >>> bit) & 1;
    faces[random.integer(1, 6) - 1]!++;
  }
  assert.ok(
    bits.every((count) => Math.abs(count - 30_000) < 700),
    String(bits),
  );
  assert.ok(
    faces.every((count) => Math.abs(count - 10_000) < 500),
    String(faces),
  );
});

test("SeededRandom, integer, real, chance, pick and bytes stay where they belong", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1e9, max: 1e9 }), fc.nat(1e9), (seed, least, span) => {
      const random = new SeededRandom(seed);
      const integer = random.integer(least, least + span);
      assert.ok(Number.isInteger(integer) && integer >= least && integer <= least + span);
      const real = random.real();
      assert.ok(real >= 0 && real < 1);
      assert.equal(random.chance(0), false);
      assert.equal(random.chance(1), true);
      assert.ok(["a", "b"].includes(random.pick(["a", "b"])));
      assert.equal(random.bytes(span % 9).length, span % 9);
    }),
  );
});

test("SeededRandom, forks depend on their names and the seed, not on what was drawn", () => {
  const random = new SeededRandom(7);
  const before = draw(random.fork("a"));
  draw(random);
  assert.deepEqual(draw(random.fork("a")), before);
  assert.notDeepEqual(draw(random.fork("b")), before);
  assert.notDeepEqual(draw(new SeededRandom(8).fork("a")), before);
});

test("SeededRandom, refuses what is no seed, no range and no list", () => {
  assert.throws(() => new SeededRandom(Number.NaN), RangeError);
  assert.throws(() => new SeededRandom(null as never), TypeError);
  assert.throws(() => new SeededRandom(1).integer(2, 1), RangeError);
  assert.throws(() => new SeededRandom(1).integer(0.5, 1), RangeError);
  assert.throws(() => new SeededRandom(1).pick([]), RangeError);
});

test("SeededRandom, chance and bytes, refuse numbers that are none of theirs", () => {
  const random = new SeededRandom(1);
  for (const bad of [20, -0.1, NaN]) assert.throws(() => random.chance(bad), /expected 0 to 1$/);
  for (const bad of [-1, 0.5, "1" as never])
    assert.throws(() => random.bytes(bad), /expected a whole number, 0 or more$/);
});
