/** Draws times from their distributions. */
import { inspect } from "node:util";
import { exactPower } from "./exact-math.ts";
import type { Delay } from "./link-options.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Draws one time, in seconds. */
export type DrawDelay = (random: SeededRandom) => number;

/** A Pareto distribution has no longest time; unless told otherwise, times are cut off at so many times the shortest. */
const LONGEST_TAIL = 1000;

/** What draws from `delay`; `what` names it in errors. Fixed times draw nothing. */
export function drawDelay(delay: Delay, what: string): DrawDelay {
  const refuse = (): never => {
    throw new RangeError(
      `Cannot use ${inspect(delay)} as ${what}: expected seconds, 0 or more, or { uniform: [least, most] }, { normal: { mean, deviation } } or { pareto: { minimum, shape } }`,
    );
  };
  const isTime = (seconds: unknown): seconds is number =>
    typeof seconds === "number" && seconds >= 0 && seconds < Infinity;
  if (isTime(delay)) return () => delay;
  if (typeof delay !== "object" || delay === null) return refuse();
  if ("uniform" in delay && Array.isArray(delay.uniform)) {
    const [least, most] = delay.uniform as readonly [number, number];
    if (!isTime(least) || !isTime(most) || least > most) return refuse();
    return (random) => least + random.real() * (most - least);
  }
  if ("normal" in delay) {
    const { mean, deviation } = delay.normal;
    if (!isTime(mean) || !isTime(deviation)) return refuse();
    return (random) => Math.max(0, mean + deviation * drawNormal(random));
  }
  if ("pareto" in delay) {
    const { minimum, shape, most = minimum * LONGEST_TAIL } = delay.pareto;
    if (!isTime(minimum) || !(shape > 0) || !(most >= minimum)) return refuse();
    return (random) => Math.min(most, minimum * exactPower(1 - random.real(), -1 / shape));
  }
  return refuse();
}

/** From a normal distribution with mean 0 and deviation 1, or nearly: the sum of twelve even ones, which never leaves six deviations. */
function drawNormal(random: SeededRandom): number {
  let sum = -6;
  for (let n = 0; n < 12; n++) sum += random.next() / 0x1_0000_0000;
  return sum;
}
