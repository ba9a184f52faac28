/**
 * Whole numbers, as their decimal digits.
 *
 * They have no bounds on the wire. JavaScript has two types for them, and a type that is one or the other would have to be asked for at every use;
 * so there are two argument types for the same bytes, and none loses a digit.
 */
import { inspect } from "node:util";
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";
import { byteTextOf, excerptOf } from "../wire/wire-value.ts";
import type { WireValue } from "../wire/wire-value.ts";

/** What Python takes for a whole number: spaces around it, a sign, single underscores between digits. */
const INTEGER = /^[ \t\n\r\f\v]*([+-]?)(\d+(?:_\d+)*)[ \t\n\r\f\v]*$/;
/** So many digits are always safe in a number. */
const SAFE_DIGITS = 15;
const MINUS = 45;
const ZERO = 48;

class Integer<Optional extends boolean> extends Argument<number, number, Optional> {
  override decode(bytes: Buffer): number {
    return this._read(bytes.toString("latin1"));
  }

  override encode(value: number): string {
    if (Number.isSafeInteger(value)) return value === 0 ? "0" : String(value);
    throw new TypeError(
      `Cannot send ${inspect(value)} as an integer: expected a whole number from -(2**53 - 1) to 2**53 - 1`,
    );
  }

  override _read(value: WireValue): number {
    const plain = typeof value === "string" ? plainNumber(value) : undefined;
    if (plain !== undefined) return plain;
    const number = Number(digitsOf(value));
    if (Number.isSafeInteger(number)) return number + 0;
    throw new RangeError(
      `The integer ${excerptOf(value)} is beyond 2**53 - 1, where numbers lose digits; bigInteger() takes it`,
    );
  }

  override _write(value: number): string {
    return this.encode(value);
  }
}

class BigInteger<Optional extends boolean> extends Argument<bigint, bigint | number, Optional> {
  override decode(bytes: Buffer): bigint {
    return this._read(bytes.toString("latin1"));
  }

  override encode(value: bigint | number): string {
    if (typeof value === "bigint") return String(value);
    if (Number.isSafeInteger(value)) return String(BigInt(value));
    throw new TypeError(`Cannot send ${inspect(value)} as an integer: expected a bigint or a safe whole number`);
  }

  override _read(value: WireValue): bigint {
    return BigInt(digitsOf(value));
  }
}

/** What nearly all integers are: a few digits, perhaps with a minus before them; -0 is 0. */
function plainNumber(text: string): number | undefined {
  const isNegative = text.charCodeAt(0) === MINUS;
  const start = isNegative ? 1 : 0;
  const { length } = text;
  if (length === start || length > SAFE_DIGITS) return undefined;
  let number = 0;
  for (let index = start; index < length; index++) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return isNegative ? 0 - number : number;
}

/** The number as JavaScript writes it. */
function digitsOf(value: WireValue): string {
  const [, sign, digits] = INTEGER.exec(byteTextOf(value)) ?? [];
  if (digits === undefined) throw new TypeError(`${excerptOf(value)} is no integer`);
  const text = digits.replaceAll("_", "");
  return sign === "-" && !/^0+$/.test(text) ? `-${text}` : text;
}

/**
 * Whole numbers up to 2**53 - 1, as `number`. A larger one is refused, whichever end it comes from: `bigInteger()` takes those.
 *
 * @example
 * const Sum = command("Sum", { arguments: { a: integer(), b: integer() }, response: { total: integer() } });
 * assert.equal(Sum.makeArguments({ a: 12, b: -3 }).get("b")?.toString(), "-3");
 */
export function integer<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<number, number, NoInfer<Optional>> {
  return new Integer(options);
}

/**
 * Whole numbers of any size, as `bigint`.
 *
 * @example
 * const Factor = command("Factor", { arguments: { n: bigInteger() } });
 * assert.equal(Factor.makeArguments({ n: 2n ** 100n }).get("n")?.toString(), "1267650600228229401496703205376");
 */
export function bigInteger<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<bigint, bigint | number, NoInfer<Optional>> {
  return new BigInteger(options);
}
