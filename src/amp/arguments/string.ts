/** Bytes, as they are. */
import { inspect } from "node:util";
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";
import { wireValueOf } from "../wire/wire-value.ts";
import type { WireValue } from "../wire/wire-value.ts";

class Bytes<Optional extends boolean> extends Argument<Buffer, string | Uint8Array, Optional> {
  override decode(bytes: Buffer): Buffer {
    return bytes;
  }

  override encode(value: string | Uint8Array): string | Uint8Array {
    if (typeof value === "string" || value instanceof Uint8Array) return value;
    throw new TypeError(`Cannot send ${inspect(value, { depth: 0 })} as bytes: expected a string or a Uint8Array`);
  }

  override _write(value: string | Uint8Array): WireValue {
    const encoded = this.encode(value);
    // A box may wait to be sent; whose bytes these are, may go on writing to them.
    return typeof encoded === "string" ? wireValueOf(encoded) : Buffer.from(encoded);
  }
}

/**
 * Bytes. A string is sent as UTF-8; what is received is a `Buffer`.
 *
 * @example
 * const Store = command("Store", { arguments: { data: string() } });
 * assert.deepEqual(Store.makeArguments({ data: Buffer.of(0, 255) }).get("data"), Buffer.of(0, 255));
 */
export function string<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<Buffer, string | Uint8Array, NoInfer<Optional>> {
  return new Bytes(options);
}
