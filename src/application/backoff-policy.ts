/** How long to wait before the next attempt. */
import { inspect } from "node:util";
import { wholePower } from "./whole-power.ts";

/** The seconds to wait after so many attempts in a row have failed. */
export type RetryPolicy = (failedAttempts: number) => number;

/** From here on a wait grows no more: the largest power that says anything. */
const LARGEST_POWER = 100;

/**
 * Waits that grow: after n failures it is `initialDelay * factor ** n` seconds, `maxDelay` at most; and `jitter()` seconds more, so that many clients
 * do not come back at the same moment.
 *
 * @param initialDelay What the waits grow from, in seconds.
 * @param maxDelay The longest wait in seconds, before the jitter.
 * @param factor By how much a wait is longer than the one before.
 * @param jitter The seconds to add; from 0 to 1 at random unless something else is given.
 *
 * @example
 * const policy = backoffPolicy(1, 10, 2, () => 0.25);
 * assert.deepEqual([1, 2, 3, 4].map(policy), [2.25, 4.25, 8.25, 10.25]);
 */
export function backoffPolicy(
  initialDelay: number = 1,
  maxDelay: number = 60,
  factor: number = 1.5,
  jitter: () => number = Math.random,
): RetryPolicy {
  requireSeconds("initialDelay", initialDelay);
  requireSeconds("maxDelay", maxDelay);
  if (!(typeof factor === "number" && factor > 0))
    throw new RangeError(`Cannot make waits grow by the factor ${inspect(factor)}: expected a number above 0`);
  if (typeof jitter !== "function")
    throw new TypeError(`Cannot add ${inspect(jitter, { depth: 0 })} to waits: expected a function`);
  return (failedAttempts) => {
    const power = wholePower(factor, Math.min(LARGEST_POWER, failedAttempts));
    // 0 times infinity is no number.
    const delay = initialDelay === 0 ? 0 : initialDelay * power;
    return Math.min(delay, maxDelay) + jitter();
  };
}

function requireSeconds(name: string, seconds: number): void {
  if (typeof seconds === "number" && seconds >= 0) return;
  throw new RangeError(`Cannot use the ${name} ${inspect(seconds)}: expected a number of seconds, 0 or more`);
}
