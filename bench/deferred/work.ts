/**
 * What the subjects of the Deferred benchmark written in TypeScript have in common.
 *
 * Nothing here waits for anything but the processor, so the figure is operations per second of processor time, that of garbage collection
 * on other threads included: on a machine with other work to do it is the steadier one.
 */
import assert from "node:assert/strict";
import { report } from "../lib/measure.ts";

const SECONDS = Number(process.env["BENCH_SECONDS"] ?? "1");

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

/** The chosen work. */
export type Work = () => void | Promise<void>;

/** Repeats `work`, each time for a fresh `sum` of what came out of its chains, and prints the figure. */
export async function measureWork(work: Work, sum: { total: number }): Promise<void> {
  await repeat(work, sum, SECONDS / 3);
  report({ opsPerSecond: await repeat(work, sum, SECONDS) });
}

async function repeat(work: Work, sum: { total: number }, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const before = process.cpuUsage();
  let operations = 0;
  do {
    sum.total = 0;
    await work();
    assert.equal(sum.total, SUM);
    operations += TIMES;
  } while (performance.now() < end);
  const { user, system } = process.cpuUsage(before);
  return (operations * 1e6) / (user + system);
}

/** The work that the program's argument names. */
export function choose(works: Readonly<Record<string, Work>>): Work {
  const name = process.argv[2] ?? "";
  const chosen = works[name];
  if (chosen === undefined) throw new RangeError(`Cannot do ${name}: expected one of ${Object.keys(works).join(", ")}`);
  return chosen;
}
