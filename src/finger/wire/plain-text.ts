/**
 * Text that terminals can be shown (RFC 1288, section 3.3): control characters, with which one could be made to do things, are left out; tabs and the
 * ends of lines stay.
 */

const CONTROL = /[^\t\n\P{Cc}]/gu;

/** `text` without control characters, its lines ended by a line feed. */
export function plainText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(CONTROL, "");
}

/** The same as it is sent: lines end with CRLF, also the last. */
export function wireText(text: string): string {
  const plain = plainText(text);
  return (plain === "" || plain.endsWith("\n") ? plain : `${plain}\n`).replaceAll("\n", "\r\n");
}
