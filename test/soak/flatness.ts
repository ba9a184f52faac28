/** Whether a figure that was looked at again and again grows. */

/** How much more the median of the last quarter is than that of the second: the first is for getting warm. */
export function growth(samples: readonly number[]): number {
  if (samples.length < 8)
    throw new RangeError(`Cannot tell growth from ${samples.length} samples, expected at least 8`);
  const quarter = Math.floor(samples.length / 4);
  return median(samples.slice(-quarter)) - median(samples.slice(quarter, 2 * quarter));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
