/** Bytes as a person reads them in a log: as Python writes them, which is what Twisted's logs of traffic have. */

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** `data` as a Python literal: `b'GET / HTTP/1.0\r\n'`. */
export function bytesText(data: string | Uint8Array): string {
  const text = Buffer.from(data as string).toString("latin1");
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // oxlint-disable-next-line no-control-regex -- they are what is to be escaped
  const escaped = text.replace(/[\\'"\0-\x1f\x7f-\xff]/g, (character) => {
    if (character === "'" || character === '"') return character === quote ? `\\${quote}` : character;
    return ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `b${quote}${escaped}${quote}`;
}
