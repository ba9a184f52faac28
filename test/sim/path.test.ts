import assert from "node:assert/strict";
import { test } from "node:test";
import { LOOPBACK, Path } from "../../src/sim/path.ts";
import { SeededRandom } from "../../src/sim/seeded-random.ts";

const random = (): SeededRandom => new SeededRandom(3);

test("Path, without a bandwidth, takes as long for all sizes", () => {
  const path = new Path({ latency: 0.25 });
  assert.equal(path.carry(1, 0, random()), 0.25e9);
  assert.equal(path.carry(1_000_000, 0, random()), 0.25e9);
  assert.equal(path.delay(random()), 0.25e9);
  assert.equal(new Path(LOOPBACK).options.mtu, 65_536);
});

test("Path, with a bandwidth, lets packets wait for those before them, and has no room for too many", () => {
  const path = new Path({ latency: 0, bandwidth: 1000, queue: 2000 });
  const dice = random();
  assert.equal(path.carry(1000, 0, dice), 1e9);
  assert.equal(path.carry(500, 0, dice), 1.5e9);
  assert.equal(path.carry(501, 0, dice), -1);
  assert.equal(path.carry(500, 0, dice), 2e9);
  assert.equal(path.carry(100, 10e9, dice), 0.1e9);
});

test("Path, with other options, is still cut and busy", () => {
  const path = new Path({ latency: 0, bandwidth: 1000 });
  path.carry(1000, 0, random());
  path.cuts++;
  const other = path.with({ latency: 1, bandwidth: 1000 });
  assert.deepEqual([other.isCut, other.options.bandwidth, other.carry(1000, 0, random())], [true, 1000, 3e9]);
});

test("Path, loses as many as it is told, more where a packet has parts", () => {
  const path = new Path({ loss: 0.1, mtu: 1000 });
  const dice = random();
  const share = (size: number): number =>
    Array.from({ length: 5000 }, () => path.loses(size, dice)).filter(Boolean).length / 5000;
  assert.ok(Math.abs(share(1000) - 0.1) < 0.02);
  assert.ok(Math.abs(share(3000) - (1 - 0.9 ** 3)) < 0.03);
  const clean = new Path({});
  assert.deepEqual([clean.loses(1, dice), clean.duplicates(dice), clean.overtaken(dice)], [false, false, 0]);
  assert.equal(new Path({ duplication: 1 }).duplicates(dice), true);
  assert.equal(new Path({ reordering: 1, reorderingDelay: 0.5 }).overtaken(dice), 0.5e9);
});

test("Path, refuses options that are none", () => {
  for (const bad of [{ loss: 2 }, { latency: -1 }, { bandwidth: 0 }, { mtu: 1 }, { lag: 1 }]) {
    assert.throws(() => new Path(bad), /expected/);
  }
});
