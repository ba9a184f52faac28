/** A token bucket: it drains at a rate, and what is to be sent has to fit into it. */
import { inspect } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";

export interface BucketOptions {
  /** How many tokens it drains a second; `null`, unless told otherwise, for all at once. */
  readonly rate?: number | null;
  /** How many tokens it holds; `null`, unless told otherwise, for any number. */
  readonly maxburst?: number | null;
  /** What fits into this one has to fit into that one as well. */
  readonly parentBucket?: Bucket;
}

/**
 * A token bucket. One token is one byte, where bytes are shaped.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * const clock = new Clock();
 * const bucket = new Bucket(clock, { rate: 10, maxburst: 20 });
 * assert.equal(bucket.add(30), 20);
 * clock.advance(1);
 * assert.equal(bucket.add(30), 10);
 */
export class Bucket {
  readonly rate: number | null;
  readonly maxburst: number | null;
  readonly parentBucket: Bucket | undefined;
  /** How many tokens are in it, as of the last time that somebody looked. */
  content = 0;
  /** How many use it. */
  users = 0;
  readonly #clock: Pick<ReactorTime, "seconds">;
  #lastDrip: number;

  constructor(clock: Pick<ReactorTime, "seconds">, { rate = null, maxburst = null, parentBucket }: BucketOptions = {}) {
    for (const [name, value] of Object.entries({ rate, maxburst })) {
      if (value === null || value > 0) continue;
      throw new RangeError(`Cannot use ${inspect(value)} as ${name}: expected a number above 0, or null`);
    }
    this.rate = rate;
    this.maxburst = maxburst;
    this.parentBucket = parentBucket;
    this.#clock = clock;
    this.#lastDrip = clock.seconds();
  }

  /** Puts in as many of `amount` tokens as fit, here and in the parent, and answers how many, which may be a part of one. */
  add(amount: number): number {
    this.drip();
    const room = this.#roomHere(amount);
    const allowed = this.parentBucket === undefined ? room : this.parentBucket.add(room);
    this.content += allowed;
    return allowed;
  }

  /** The same for tokens that cannot be parted, such as bytes. */
  addWhole(amount: number): number {
    this.drip();
    return this.add(Math.max(0, Math.floor(this.#room(amount))));
  }

  /** Lets drain what has had the time for it. Answers whether the bucket is empty then. */
  drip(): boolean {
    this.parentBucket?.drip();
    const now = this.#clock.seconds();
    this.content = this.rate === null ? 0 : Math.max(0, this.content - (now - this.#lastDrip) * this.rate);
    this.#lastDrip = now;
    return this.content === 0;
  }

  /** The seconds after which there is room for `amount` tokens, if nobody else comes first, or for as many as there can be at all. */
  secondsUntilRoom(amount: number): number {
    this.drip();
    const parents = this.parentBucket?.secondsUntilRoom(amount) ?? 0;
    if (this.maxburst === null || this.rate === null) return parents;
    const tooMuch = this.content + Math.min(amount, this.maxburst) - this.maxburst;
    return Math.max(parents, tooMuch / this.rate, 0);
  }

  /** How many of `amount` tokens fit, here and in the parent. */
  #room(amount: number): number {
    const here = this.#roomHere(amount);
    return this.parentBucket === undefined ? here : this.parentBucket.#room(here);
  }

  #roomHere(amount: number): number {
    return this.maxburst === null ? amount : Math.min(amount, this.maxburst - this.content);
  }
}
