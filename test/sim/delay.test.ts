import assert from "node:assert/strict";
import { test } from "node:test";
import { drawDelay } from "../../src/sim/delay.ts";
import type { Delay } from "../../src/sim/link-options.ts";
import { SeededRandom } from "../../src/sim/seeded-random.ts";

const COUNT = 20_000;

function drawn(delay: Delay): number[] {
  const random = new SeededRandom(5);
  const draw = drawDelay(delay, "a latency");
  return Array.from({ length: COUNT }, () => draw(random)).sort((a, b) => a - b);
}

const mean = (times: readonly number[]): number => times.reduce((sum, time) => sum + time, 0) / times.length;

test("drawDelay, of a fixed time, is that time, and draws nothing", () => {
  const random = new SeededRandom(5);
  assert.equal(drawDelay(0.25, "a latency")(random), 0.25);
  assert.equal(random.next(), new SeededRandom(5).next());
});

test("drawDelay, of a uniform one, is between its ends", () => {
  const times = drawn({ uniform: [1, 3] });
  assert.ok(times[0]! >= 1 && times.at(-1)! <= 3 && Math.abs(mean(times) - 2) < 0.02);
});

test("drawDelay, of a normal one, has its mean and deviation, and is never negative", () => {
  const times = drawn({ normal: { mean: 10, deviation: 2 } });
  const variance = mean(times.map((time) => (time - 10) ** 2));
  assert.ok(Math.abs(mean(times) - 10) < 0.05 && Math.abs(Math.sqrt(variance) - 2) < 0.05);
  assert.equal(drawn({ normal: { mean: 0, deviation: 1 } })[0], 0);
});

test("drawDelay, of a Pareto one, has a long tail that is cut off somewhere", () => {
  const times = drawn({ pareto: { minimum: 1, shape: 1.5 } });
  assert.ok(times[0]! >= 1 && times.at(-1)! <= 1000);
  // The median of a Pareto distribution is minimum * 2^(1/shape), and one in a thousand is above minimum * 1000^(1/shape).
  assert.ok(Math.abs(times[COUNT / 2]! - 1.587) < 0.03, String(times[COUNT / 2]));
  assert.ok(times[COUNT - 20]! > 60, String(times[COUNT - 20]));
  assert.ok(drawn({ pareto: { minimum: 1, shape: 0.5, most: 7 } }).at(-1)! <= 7);
});

test("drawDelay, refuses what is no delay, and says what is", () => {
  const bad: unknown[] = [
    -1,
    Infinity,
    Number.NaN,
    "1",
    null,
    {},
    { uniform: [2, 1] },
    { uniform: 1 },
    { normal: { mean: 1 } },
  ];
  for (const delay of [...bad, { pareto: { minimum: 1, shape: 0 } }, { pareto: { minimum: 2, shape: 1, most: 1 } }]) {
    assert.throws(() => drawDelay(delay as Delay, "a latency"), {
      name: "RangeError",
      message: /as a latency: expected seconds/,
    });
  }
});
