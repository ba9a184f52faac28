/** `set`, `add`, `replace`, `append`, `prepend` and `cas`: a line that announces bytes, and the bytes. */
import type { Command } from "./command.ts";
import { commandLine, wordResult } from "./command.ts";
import type { Key } from "./key.ts";
import { keyText } from "./key.ts";

export interface StoreOptions {
  /** A number of 32 bits that is kept with the value; 0 unless told otherwise. */
  readonly flags?: number;
  /**
   * When the server forgets the value: the seconds from now, up to 30 days of them, else the seconds since 1970. 0, unless told otherwise, is
   * never; a negative number is at once.
   */
  readonly expireTime?: number;
}

export type StorageName = "set" | "add" | "replace" | "append" | "prepend" | "cas";

const LINE_END = Buffer.from("\r\n");
const MOST_FLAGS = 2 ** 32 - 1;
const CAS = /^\d{1,20}$/;

/** Throws `ClientError` for a key that cannot be one, a `TypeError` or a `RangeError` for other values that cannot be sent. */
export function storageCommand(
  name: StorageName,
  key: Key,
  value: string | Uint8Array,
  { flags = 0, expireTime = 0 }: StoreOptions = {},
  cas?: string,
): Command<boolean> {
  const bytes = valueBytes(value);
  if (!(Number.isInteger(flags) && flags >= 0 && flags <= MOST_FLAGS)) {
    throw new RangeError(`Cannot store the flags ${String(flags)}: expected a whole number from 0 to ${MOST_FLAGS}`);
  }
  if (!Number.isSafeInteger(expireTime)) {
    throw new RangeError(`Cannot let a value expire after ${String(expireTime)}: expected a whole number of seconds`);
  }
  if (cas !== undefined && !CAS.test(cas)) {
    throw new RangeError(`Cannot compare with the identifier ${JSON.stringify(cas)}: expected one that "get" answered`);
  }
  const line = `${name} ${keyText(key)} ${flags} ${expireTime} ${bytes.length}${cas === undefined ? "" : ` ${cas}`}`;
  return {
    bytes: [commandLine(line), bytes, LINE_END],
    take: wordResult(
      name,
      // Only who compares can find that a value is another one, or that there is none.
      name === "cas" ? { STORED: true, EXISTS: false, NOT_FOUND: false } : { STORED: true, NOT_STORED: false },
    ),
  };
}

function valueBytes(value: string | Uint8Array): Uint8Array {
  if (typeof value === "string") return Buffer.from(value);
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`Cannot store ${value === null ? "null" : typeof value}: expected text or bytes`);
}
