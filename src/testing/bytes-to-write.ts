/** What a program writes, as bytes of our own: whoever wrote it may go on using the memory. */
import { inspect } from "node:util";

/** A copy of `data`, strings as UTF-8. Throws a `TypeError` for what no transport takes. */
export function bytesToWrite(data: string | Uint8Array): Buffer {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  if (data instanceof Uint8Array) return Buffer.from(data);
  throw new TypeError(`Cannot write ${inspect(data, { depth: 0 })}: expected a string or a Uint8Array`);
}
