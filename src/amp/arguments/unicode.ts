/** Text, as UTF-8. */
import { inspect } from "node:util";
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";
import { bytesOf, isASCII, wireValueOf } from "../wire/wire-value.ts";
import type { WireValue } from "../wire/wire-value.ts";

const strictUTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Half a character, which has no bytes. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Text as it goes over the wire. */
export class UnicodeArgument<Optional extends boolean> extends Argument<string, string, Optional> {
  override decode(bytes: Buffer): string {
    return strictUTF8.decode(bytes);
  }

  override encode(value: string): string {
    if (typeof value === "string" && !LONE_SURROGATE.test(value)) return value;
    throw new TypeError(`Cannot send ${inspect(value, { depth: 0 })} as text: expected a string of whole characters`);
  }

  override _read(value: WireValue): string {
    return typeof value === "string" && isASCII(value) ? value : this.decode(bytesOf(value));
  }

  override _write(value: string): WireValue {
    return wireValueOf(this.encode(value));
  }
}

/**
 * Text.
 *
 * @example
 * const Greet = command("Greet", { arguments: { name: unicode() } });
 * assert.equal(Greet.makeArguments({ name: "Zoë" }).get("name")?.length, 4);
 */
export function unicode<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<string, string, NoInfer<Optional>> {
  return new UnicodeArgument(options);
}
