/**
 * The values of boxes, as they are kept: short ones as a string with a character for each byte, for that is what the runtime cuts out of
 * a chunk and compares at least cost; long ones as bytes.
 */

/** A string has a character below 256 for each byte. */
export type WireValue = string | Uint8Array;

const ASCII = /^[\0-\x7f]*$/;
const BYTES = /^[\0-\xff]*$/;

/** Whether each character of `text` can stand for a byte. */
export function isByteText(text: string): boolean {
  return BYTES.test(text);
}

/** Whether UTF-8 and a character for each byte are the same for `text`. */
export function isASCII(text: string): boolean {
  return ASCII.test(text);
}

/** What `data` is on the wire: text as UTF-8. */
export function wireValueOf(data: string | Uint8Array): WireValue {
  return typeof data !== "string" || ASCII.test(data) ? data : Buffer.from(data);
}

/** The bytes, for whoever may keep them. */
export function bytesOf(value: WireValue): Buffer {
  if (typeof value === "string") return Buffer.from(value, "latin1");
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.length);
}

/** The bytes as a string with a character for each. */
export function byteTextOf(value: WireValue): string {
  return typeof value === "string" ? value : bytesOf(value).toString("latin1");
}

/** The bytes as a short text for error messages. */
export function excerptOf(value: WireValue): string {
  const text = byteTextOf(value);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
