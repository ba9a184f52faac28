/** Numbers as people read them. */
import type { Figure } from "./question.ts";
import { kindOf, numberOf, spreadOf } from "./statistics.ts";

const RATES: readonly (readonly [number, string])[] = [
  [1e9, "G/s"],
  [1e6, "M/s"],
  [1e3, "k/s"],
  [0, "/s"],
];
const TIMES: readonly (readonly [number, string])[] = [
  [1, "s"],
  [1e-3, "ms"],
  [1e-6, "µs"],
  [0, "ns"],
];

const SIZES: readonly (readonly [number, string])[] = [
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
  [0, "B"],
];

/** A figure with three digits and a unit: `12.3 M/s`, `1.50 GB/s`, `31.0 ns`, `2.10 kB`. */
export function formatFigure(figure: Figure): string {
  if ("seconds" in figure) return formatSeconds(figure.seconds);
  if ("bytes" in figure) return scale(figure.bytes, SIZES, 1);
  if ("bytesPerSecond" in figure) return `${scale(figure.bytesPerSecond, SIZES, 1)}/s`;
  return scale(figure.opsPerSecond, RATES, 1);
}

/** A time with three digits and a unit. */
export function formatSeconds(seconds: number): string {
  return scale(seconds, TIMES, 1e-9);
}

/** A ratio with three digits: `21.4x`. */
export function formatRatio(ratio: number): string {
  return `${threeDigits(ratio)}x`;
}

/** The median of figures of one kind, or a dash if there are none. */
export function formatMedian(figures: readonly Figure[]): string {
  const first = figures[0];
  if (first === undefined) return "-";
  const { median } = spreadOf(figures.map(numberOf));
  return formatFigure({ [kindOf(first)]: median } as unknown as Figure);
}

/** `smallest` is what the last unit, whose limit is 0, stands for. */
function scale(value: number, units: readonly (readonly [number, string])[], smallest: number): string {
  const [limit, unit] = units.find(([from]) => Math.abs(value) >= from) as readonly [number, string];
  return `${threeDigits(value / (limit || smallest))} ${unit}`;
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}
