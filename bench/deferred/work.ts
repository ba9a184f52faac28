/** What the subjects of the Deferred benchmark written in TypeScript have in common. */

/** How often a batch does its work. */
export const TIMES = 1000;

/** What the numbers below `TIMES` sum up to: each work adds what came out at the end of its chains. */
export const SUM: number = (TIMES * (TIMES - 1)) / 2;

export class FirstFault extends Error {
  readonly n: number;

  constructor(n: number) {
    super("first");
    this.n = n;
  }
}

export class SecondFault extends Error {
  readonly n: number;

  constructor(n: number) {
    super("second");
    this.n = n;
  }
}

export function increment(n: number): number {
  return n + 1;
}

/** The work that the program's argument names. */
export function choose<W>(works: Readonly<Record<string, W>>): W {
  const name = process.argv[2] ?? "";
  const chosen = works[name];
  if (chosen === undefined) throw new RangeError(`Cannot do ${name}: expected one of ${Object.keys(works).join(", ")}`);
  return chosen;
}
