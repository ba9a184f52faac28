/** Ratios of figures, and what to say about several of them. */
import type { Figure } from "./question.ts";

/** What is said about the values of several rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median and the extremes of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("Cannot describe the values: there are none, expected at least one");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  return { median, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** How many times as good `ours` is as `theirs`: above 1 it is better, whichever kind the figures are. */
export function ratioOf(ours: Figure, theirs: Figure): number {
  const kind = kindOf(ours);
  const other = kindOf(theirs);
  if (kind !== other)
    throw new TypeError(`Cannot compare the figures: they are "${kind}" and "${other}", expected two of a kind`);
  const ratio = numberOf(ours) / numberOf(theirs);
  return isRate(ours) ? ratio : 1 / ratio;
}

/** The number in a figure. */
export function numberOf(figure: Figure): number {
  return figure[kindOf(figure) as never];
}

/** What a figure is a number of: its only key. */
export function kindOf(figure: Figure): string {
  return Object.keys(figure)[0] as string;
}

/** Whether more is better. */
export function isRate(figure: Figure): boolean {
  return kindOf(figure).endsWith("PerSecond");
}
