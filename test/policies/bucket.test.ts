import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { Bucket } from "../../src/policies/bucket.ts";
import { peer } from "../support/peers.ts";

type Program = readonly (readonly ["add" | "advance", number])[];

const PYTHON = `
import json, sys
from twisted.protocols import htb

def trace(steps):
    now = [0]
    htb.time = lambda: now[0]
    class Parent(htb.Bucket):
        rate, maxburst = 8, 40
    class Child(htb.Bucket):
        rate, maxburst = 5, 20
    child = Child(Parent())
    other = Child(child.parentBucket)
    lines = []
    for index, (op, amount) in enumerate(steps):
        if op == "advance": now[0] += amount
        else: lines.append((child if index % 3 else other).add(amount))
    return lines

print(json.dumps([trace(each) for each in json.load(sys.stdin)]))
`;

function trace(program: Program): number[] {
  const clock = new Clock();
  const parentBucket = new Bucket(clock, { rate: 8, maxburst: 40 });
  const [child, other] = [0, 1].map(() => new Bucket(clock, { rate: 5, maxburst: 20, parentBucket })) as [
    Bucket,
    Bucket,
  ];
  const lines: number[] = [];
  for (const [index, [op, amount]] of program.entries()) {
    if (op === "advance") clock.advance(amount);
    else lines.push((index % 3 === 0 ? other : child).add(amount));
  }
  return lines;
}

describe("Bucket", () => {
  test("with a parent, takes what Twisted's takes", { skip: peer("twisted").skip }, () => {
    const step = fc.tuple(fc.constantFrom("add" as const, "advance" as const), fc.nat({ max: 12 }));
    const programs = fc.sample(fc.array(step, { maxLength: 30 }), 1000);
    const { stdout, stderr } = spawnSync(peer("twisted").command, ["-c", PYTHON], {
      input: JSON.stringify(programs),
      encoding: "utf8",
    });
    assert.notEqual(stdout, "", stderr);
    assert.deepEqual(programs.map(trace), JSON.parse(stdout));
  });

  test("without a rate and a size has no limit", () => {
    const bucket = new Bucket(new Clock());
    assert.equal(bucket.add(1e9), 1e9);
    assert.equal(bucket.secondsUntilRoom(1e9), 0);
    assert.equal(bucket.drip(), true);
  });

  test("takes whole tokens", () => {
    const clock = new Clock();
    const bucket = new Bucket(clock, { rate: 1, maxburst: 2 });
    bucket.add(2);
    clock.advance(1.5);
    assert.equal(bucket.add(5), 1);
  });

  test("says when there is room, in the parent as well", () => {
    const clock = new Clock();
    const parentBucket = new Bucket(clock, { rate: 1, maxburst: 10 });
    const bucket = new Bucket(clock, { rate: 5, maxburst: 20, parentBucket });
    assert.equal(bucket.secondsUntilRoom(10), 0);
    bucket.add(10);
    assert.equal(bucket.secondsUntilRoom(4), 4);
    assert.equal(bucket.secondsUntilRoom(1000), 10);
    clock.advance(4);
    assert.equal(bucket.secondsUntilRoom(4), 0);
  });

  test("throws RangeError for what is no rate and no size", () => {
    for (const options of [{ rate: 0 }, { maxburst: -1 }, { rate: Number.NaN }]) {
      assert.throws(() => new Bucket(new Clock(), options), RangeError);
    }
  });
});
