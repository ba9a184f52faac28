/** For the programs of the subjects: repeats a batch of work and prints the figure. */
import type { Figure } from "./question.ts";

/** For how long the work is measured; the runner sets it. The work runs for a third of it before that, to get warm. */
const SECONDS: number = Number(process.env["BENCH_SECONDS"] ?? "1");

/** Repeats `batch`, which does some operations and returns how many, and prints how many a second it did. */
export function measure(batch: () => number): void {
  repeat(batch, SECONDS / 3);
  report({ opsPerSecond: repeat(batch, SECONDS) });
}

/** The same for a batch that is awaited. */
export async function measureAsync(batch: () => PromiseLike<number>): Promise<void> {
  await repeatAsync(batch, SECONDS / 3);
  report({ opsPerSecond: await repeatAsync(batch, SECONDS) });
}

/** Prints the figure of a subject that measured by itself. */
export function report(figure: Figure): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

function repeat(batch: () => number, seconds: number): number {
  const start = performance.now();
  const end = start + seconds * 1000;
  let operations = 0;
  let now: number;
  do {
    operations += batch();
    now = performance.now();
  } while (now < end);
  return (operations * 1000) / (now - start);
}

async function repeatAsync(batch: () => PromiseLike<number>, seconds: number): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let operations = 0;
  let now: number;
  do {
    operations += await batch();
    now = performance.now();
  } while (now < end);
  return (operations * 1000) / (now - start);
}
