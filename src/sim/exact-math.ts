/**
 * Logarithm and power out of nothing but additions, multiplications and divisions, which every machine does alike. Those of `Math` may
 * differ in their last digits from one version of the runtime to the next, and a simulation has to be the same on all.
 */

/** The natural logarithm of a number above 0. */
export function exactLog(x: number): number {
  if (!(x > 0) || x === Infinity)
    throw new RangeError(`Cannot take the logarithm of ${x}: expected a finite number above 0`);
  let halvings = 0;
  // Halving and doubling are exact.
  for (; x >= 1.5; x /= 2) halvings++;
  for (; x < 0.75; x *= 2) halvings--;
  // ln x = 2 artanh((x - 1) / (x + 1)), where the series falls by a factor of 25 at least with each term.
  const t = (x - 1) / (x + 1);
  const square = t * t;
  let sum = 0;
  for (let n = 25; n > 0; n -= 2) sum = sum * square + 1 / n;
  return 2 * t * sum + halvings * Math.LN2;
}

/** e to the power of `x`. */
export function exactExp(x: number): number {
  const halvings = Math.round(x / Math.LN2);
  const rest = x - halvings * Math.LN2;
  let sum = 1;
  for (let n = 18; n > 0; n--) sum = 1 + (sum * rest) / n;
  for (let n = 0; n < halvings && sum !== Infinity; n++) sum *= 2;
  for (let n = 0; n > halvings && sum !== 0; n--) sum /= 2;
  return sum;
}

/** `base` to the power of `exponent`, for a base above 0. */
export function exactPower(base: number, exponent: number): number {
  return exactExp(exponent * exactLog(base));
}
