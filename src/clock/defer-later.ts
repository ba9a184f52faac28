/** A Deferred for what a function answers some time from now. */
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import type { Settled } from "../deferred/deferred.ts";
import type { ReactorTime } from "./reactor-time.ts";

/**
 * Calls `callable(...args)` in `delay` seconds, and gives a Deferred for what it answers or throws; without a function, a Deferred that
 * fires then. To cancel the Deferred before that cancels the call.
 *
 * @example
 * const clock = new Clock();
 * deferLater(clock, 2, (n: number) => n + 1, 4).addCallback((n) => assert.equal(n, 5));
 * clock.advance(2);
 */
export function deferLater(clock: ReactorTime, delay: number): Deferred<undefined>;
export function deferLater<U, A extends unknown[]>(
  clock: ReactorTime,
  delay: number,
  callable: (...args: A) => U,
  ...args: A
): Deferred<Settled<U>>;
export function deferLater(
  clock: ReactorTime,
  delay: number,
  callable?: (...args: unknown[]) => unknown,
  ...args: unknown[]
): Deferred<unknown> {
  if (callable !== undefined && typeof callable !== "function") {
    throw new TypeError(`Cannot call ${inspect(callable, { depth: 0 })} later: expected a function`);
  }
  const deferred = new Deferred<undefined>(() => call.cancel());
  const answer = deferred.addCallback(() => callable?.(...args));
  const call = clock.callLater(delay, () => deferred.callback(undefined));
  return answer;
}
