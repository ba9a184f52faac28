/** The clock of a host, which may be wrong. */
import { inspect } from "node:util";
import type { World } from "./world.ts";
import { NANOSECONDS } from "./world.ts";

export interface HostClockOptions {
  /** How many seconds the clock is ahead; behind where it is negative. Default: 0 */
  readonly skew?: number;
  /** How many seconds it gains in each second: 0.0001 is a hundred parts per million. Default: 0 */
  readonly drift?: number;
}

/** The last nanosecond that is still a whole number. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

export class HostClock {
  readonly #world: World;
  readonly #start: number;
  readonly #rate: number;

  /** `start` is the time of day when the network begins, in seconds since 1970. */
  constructor(world: World, start: number, { skew = 0, drift = 0 }: HostClockOptions) {
    if (!Number.isFinite(skew)) {
      throw new RangeError(`Cannot set a clock ${inspect(skew)} seconds ahead: expected a finite number`);
    }
    if (!Number.isFinite(drift) || drift <= -1) {
      throw new RangeError(`Cannot let a clock drift by ${inspect(drift)}: expected a number above -1`);
    }
    this.#world = world;
    this.#start = start + skew;
    this.#rate = 1 + drift;
  }

  /** The time of day as this host sees it, in seconds since 1970. */
  seconds(): number {
    return this.#start + this.monotonic();
  }

  /** Seconds of this host since the network began. */
  monotonic(): number {
    return (this.#world.now / NANOSECONDS) * this.#rate;
  }

  /** The time of day as a `Date`. */
  date(): Date {
    return new Date(Math.floor(this.seconds() * 1000));
  }

  /** The nanoseconds until so many seconds have passed on this clock, not less. */
  wait(seconds: number): number {
    const wanted = this.seconds() + seconds;
    let end = Math.min(END_OF_TIME, this.#world.now + Math.ceil((seconds / this.#rate) * NANOSECONDS));
    // A time of day has fewer digits than nanoseconds have: the last ones of the sum may be missing.
    for (let more = 1; this.#secondsAt(end) < wanted && end < END_OF_TIME; more *= 2) {
      end = Math.min(END_OF_TIME, end + more);
    }
    return end - this.#world.now;
  }

  #secondsAt(nanoseconds: number): number {
    return this.#start + (nanoseconds / NANOSECONDS) * this.#rate;
  }
}
