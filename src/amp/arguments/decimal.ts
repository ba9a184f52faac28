/**
 * Decimal numbers, as text (speleotrove.com/decimal): every digit and the precision that they show are kept, and what they are computed with is
 * the program's choice.
 */
import { inspect } from "node:util";
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";

const DECIMAL = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|s?nan\d*)$/i;

class Decimal<Optional extends boolean> extends Argument<string, string | bigint, Optional> {
  override decode(bytes: Buffer): string {
    const text = bytes.toString("latin1");
    if (DECIMAL.test(text)) return text;
    throw new TypeError(`${inspect(text)} is no decimal number`);
  }

  override encode(value: string | bigint): string {
    const text = typeof value === "bigint" ? String(value) : value;
    if (typeof text === "string" && DECIMAL.test(text)) return text;
    throw new TypeError(
      `Cannot send ${inspect(value)} as a decimal number: expected its text, such as "1.50", or a bigint`,
    );
  }
}

/**
 * Decimal numbers as text, kept to the last digit: `"1.50"`, `"-3E+7"`, `"Infinity"`, `"NaN"`.
 *
 * @example
 * const Pay = command("Pay", { arguments: { amount: decimal() } });
 * assert.equal(Pay.makeArguments({ amount: "19.90" }).get("amount")?.toString(), "19.90");
 */
export function decimal<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<string, string | bigint, NoInfer<Optional>> {
  return new Decimal(options);
}
