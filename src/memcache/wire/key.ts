/** Keys: 1 to 250 bytes, none of which is a space or a control character; those would end the key, or the command. */
import { ClientError } from "./errors.ts";

/** A key; text is sent as UTF-8. */
export type Key = string | Uint8Array;

/** How many bytes a key may have. */
export const MAX_KEY_LENGTH = 250;

const FORBIDDEN = /[\0-\x20\x7f]/;
const ASCII = /^[\0-\x7f]*$/;

/** The bytes of `key`, as text with a character for each. Throws `ClientError` for what cannot be a key. */
export function keyText(key: Key): string {
  const text = byteText(key);
  if (text.length === 0) throw new ClientError("Cannot use an empty key: expected 1 to 250 bytes");
  if (text.length > MAX_KEY_LENGTH) {
    throw new ClientError(`Cannot use a key of ${text.length} bytes: expected at most ${MAX_KEY_LENGTH}`);
  }
  if (FORBIDDEN.test(text)) {
    throw new ClientError(`Cannot use the key ${JSON.stringify(text)}: expected no spaces and no control characters`);
  }
  return text;
}

/** The bytes of text or bytes, as text with a character for each. */
export function byteText(data: string | Uint8Array): string {
  if (typeof data === "string") return ASCII.test(data) ? data : Buffer.from(data).toString("latin1");
  if (!(data instanceof Uint8Array)) {
    throw new TypeError(`Cannot send ${data === null ? "null" : typeof data}: expected text or bytes`);
  }
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
}
