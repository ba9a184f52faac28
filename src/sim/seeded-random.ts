/**
 * Random numbers that a seed decides: the same on every machine and every version of the runtime.
 *
 * The generator is xoshiro128** (Blackman and Vigna), seeded by splitmix32; both need nothing but whole numbers of 32 bits. It is not for secrets.
 */
import { inspect } from "node:util";

/** @example
 * const random = new SeededRandom(7);
 * const again = new SeededRandom(7);
 * assert.equal(random.integer(1, 6), again.integer(1, 6));
 * assert.notEqual(random.fork("dice").next(), random.fork("cards").next());
 */
export class SeededRandom {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  /** What forks are made of: the seed, not how much has been drawn. */
  private readonly origin: number;

  /** Of a text, each character counts. */
  constructor(seed: number | string) {
    if (typeof seed === "number" && !Number.isFinite(seed)) {
      throw new RangeError(`Cannot use the seed ${seed}: expected a finite number or a text`);
    }
    if (typeof seed !== "number" && typeof seed !== "string") {
      throw new TypeError(`Cannot use the seed ${inspect(seed, { depth: 0 })}: expected a number or a text`);
    }
    this.origin = hashText(String(seed));
    let state = this.origin;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.a = next();
    this.b = next();
    this.c = next();
    // All four may not be zero.
    this.d = next() | 1;
  }

  /** A whole number from 0 to 2³² - 1. */
  next(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result >>> 0;
  }

  /** A number from 0 to, but not including, 1; with 53 bits, as `Math.random` has. */
  real(): number {
    return ((this.next() >>> 5) * 67_108_864 + (this.next() >>> 6)) / 9_007_199_254_740_992;
  }

  /** A whole number, `least` and `most` included. */
  integer(least: number, most: number): number {
    if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least > most) {
      throw new RangeError(`Cannot draw a number from ${least} to ${most}: expected whole numbers, the smaller first`);
    }
    return least + Math.floor(this.real() * (most - least + 1));
  }

  /** `true` with this probability. Nothing is drawn where it is 0 or 1. */
  chance(probability: number): boolean {
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(`Cannot use the probability ${inspect(probability)}: expected 0 to 1`);
    }
    return probability > 0 && (probability === 1 || this.real() < probability);
  }

  /** One of `items`. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("Cannot pick from an empty list: expected one item or more");
    return items[this.integer(0, items.length - 1)]!;
  }

  bytes(length: number): Buffer {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new RangeError(`Cannot draw ${inspect(length)} bytes: expected a whole number, 0 or more`);
    }
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at += 4) {
      for (let word = this.next(), i = at; i < at + 4 && i < length; i++, word >>>= 8) bytes[i] = word & 0xff;
    }
    return bytes;
  }

  /** A generator of its own for `name`: what is drawn from either changes nothing of the other. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.origin}/${name}`);
  }
}

/** FNV-1a over the characters, and a last mixing. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
