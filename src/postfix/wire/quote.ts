/**
 * How Postfix writes values in lines (tcp_table(5)): whatever could be taken for something else is `%` and two hexadecimal digits.
 *
 * What is left as it is are letters, digits and `_ . - ~ /`, as with Twisted; Postfix itself demands less.
 */

const SAFE = /^[\w.\-~/]*$/;
const UNSAFE = /[^\w.\-~/]/g;
const ENCODED = /%([\dA-Fa-f]{2})/g;

/** `value` as it is written in a line; text is UTF-8. */
export function quote(value: string | Uint8Array): string {
  const text = Buffer.from(value as Uint8Array).toString("latin1");
  if (SAFE.test(text)) return text;
  return text.replace(UNSAFE, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

/** The bytes that a quoted text, with a character for each byte, stands for. A `%` that begins nothing stands for itself. */
export function unquote(text: string): Buffer {
  const plain = text.replace(ENCODED, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(plain, "latin1");
}
