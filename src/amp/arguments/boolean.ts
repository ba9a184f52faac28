/** True or false, in Python's words. */
import { inspect } from "node:util";
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";
import { byteTextOf, excerptOf } from "../wire/wire-value.ts";
import type { WireValue } from "../wire/wire-value.ts";

class TrueOrFalse<Optional extends boolean> extends Argument<boolean, boolean, Optional> {
  override decode(bytes: Buffer): boolean {
    return this._read(bytes);
  }

  override encode(value: boolean): string {
    if (typeof value === "boolean") return value ? "True" : "False";
    throw new TypeError(`Cannot send ${inspect(value, { depth: 0 })} as a boolean: expected true or false`);
  }

  override _read(value: WireValue): boolean {
    const text = byteTextOf(value);
    if (text === "True") return true;
    if (text === "False") return false;
    throw new TypeError(`${excerptOf(value)} is neither "True" nor "False"`);
  }
}

/**
 * `true` or `false`.
 *
 * @example
 * const Switch = command("Switch", { arguments: { on: boolean() } });
 * assert.equal(Switch.makeArguments({ on: true }).get("on")?.toString(), "True");
 */
export function boolean<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<boolean, boolean, NoInfer<Optional>> {
  return new TrueOrFalse(options);
}
