import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { Bucket } from "../../src/policies/bucket.ts";

describe("Bucket", () => {
  test("without a rate and a size has no limit", () => {
    const bucket = new Bucket(new Clock());
    assert.equal(bucket.add(1e9), 1e9);
    assert.equal(bucket.secondsUntilRoom(1e9), 0);
    assert.equal(bucket.drip(), true);
  });

  test("takes parts of tokens, or whole ones", () => {
    const clock = new Clock();
    const parentBucket = new Bucket(clock, { rate: 1, maxburst: 2 });
    const bucket = new Bucket(clock, { parentBucket });
    bucket.add(2);
    clock.advance(1.5);
    assert.equal(bucket.addWhole(5), 1);
    assert.equal(bucket.addWhole(5), 0);
    assert.equal(bucket.add(5), 0.5);
    assert.equal(bucket.add(5), 0);
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
