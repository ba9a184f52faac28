/**
 * Powers that are right to the last digit. The runtime's `**` is often off by one there, so that waits would not be those of other programs
 * with the same policy.
 */

/** The bits of an exact power that are kept: enough to round it once. */
const KEPT_BITS = 128;

/** `base`, above 0, to the power of `exponent`, 0 or more: the number that is nearest, where the exponent is whole. */
export function wholePower(base: number, exponent: number): number {
  if (!Number.isFinite(base) || !Number.isSafeInteger(exponent)) return base ** exponent;
  let mantissa = base;
  let scale = 0;
  // Doubling is exact, and ends, for numbers are fractions of powers of 2.
  for (; !Number.isInteger(mantissa); scale--) mantissa *= 2;
  const exact = BigInt(mantissa) ** BigInt(exponent);
  const surplus = Math.max(0, exact.toString(16).length * 4 - KEPT_BITS);
  const kept = exact >> BigInt(surplus);
  // A bit for all that is cut off, so that it does not look like a tie.
  const rounded = Number(kept << BigInt(surplus) === exact ? kept : kept | 1n);
  const shift = scale * exponent + surplus;
  // In two steps, for a power of 2 alone may be too large or too small for a number.
  const half = Math.trunc(shift / 2);
  return rounded * 2 ** half * 2 ** (shift - half);
}
