/** Numbers with a fraction, as Python writes them: the shortest digits that mean the same number. */
import { inspect } from "node:util";
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";
import { byteTextOf, excerptOf } from "../wire/wire-value.ts";
import type { WireValue } from "../wire/wire-value.ts";

/** What Python takes for a number: spaces around it, single underscores between digits. */
const NUMBER = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;
const SPACES = /^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g;
const SPECIAL = /^([+-]?)(inf(?:inity)?|nan)$/i;

class Float<Optional extends boolean> extends Argument<number, number, Optional> {
  override decode(bytes: Buffer): number {
    return this._read(bytes.toString("latin1"));
  }

  override encode(value: number): string {
    if (typeof value === "number") return formatFloat(value);
    throw new TypeError(`Cannot send ${inspect(value, { depth: 0 })} as a float: expected a number`);
  }

  override _read(value: WireValue): number {
    const text = byteTextOf(value).replace(SPACES, "");
    if (NUMBER.test(text)) return Number(text.replaceAll("_", ""));
    const [, sign, word] = SPECIAL.exec(text) ?? [];
    if (word === undefined) throw new TypeError(`${excerptOf(value)} is no number`);
    if (word.toLowerCase() === "nan") return NaN;
    return sign === "-" ? -Infinity : Infinity;
  }
}

/** From this many digits before the point on, and from five zeros behind it, Python writes an exponent. */
const MOST_DIGITS = 16;
const LEAST_EXPONENT = -4;

function formatFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  // The shortest digits that mean the number, in both languages.
  const [mantissa = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= MOST_DIGITS || exponent < LEAST_EXPONENT) {
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const sign = value < 0 ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

/**
 * Any number: `NaN` and the infinities as well.
 *
 * @example
 * const Weigh = command("Weigh", { arguments: { grams: float() } });
 * assert.equal(Weigh.makeArguments({ grams: 1e-7 }).get("grams")?.toString(), "1e-07");
 */
export function float<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<number, number, NoInfer<Optional>> {
  return new Float(options);
}
