/**
 * A box: what AMP peers send to each other, keys with values.
 *
 * The keys are kept in the order in which they are sent, which is that of their bytes: then a box that was received from a peer who does the
 * same, and one that a command makes, is built by adding at the end, and nothing has to be sorted, hashed or looked for twice.
 */
import { LocalProtocolError } from "../../errors.ts";
import { MAX_KEY_LENGTH, MAX_VALUE_LENGTH } from "./box-limits.ts";
import { TooLong } from "./errors.ts";
import { byteTextOf, bytesOf, excerptOf, isByteText, wireValueOf } from "./wire-value.ts";
import type { WireValue } from "./wire-value.ts";

/** What a box can be made of: an object or pairs; text is sent as UTF-8. */
export type BoxEntries =
  | Readonly<Record<string, string | Uint8Array>>
  | Iterable<readonly [key: string, value: string | Uint8Array]>;

/** To what a box goes. */
export interface BoxTarget {
  sendBox(box: AmpBox): void;
}

/** Up to this many keys, looking at one after the other is faster than halving. */
const FEW_KEYS = 12;
/** Below this many characters a loop is faster than a call of the runtime. */
const SHORT_TEXT = 20;

/**
 * Keys with values, much like a `Map`. Keys are strings with a character for each byte, 1 to 255 of them; values have up to 65,535 bytes.
 *
 * @example
 * const box = new AmpBox({ name: "Ada", year: "1815" });
 * assert.equal(box.get("name")?.toString(), "Ada");
 * assert.deepEqual(parseString(box.serialize()), [box]);
 */
export class AmpBox implements Iterable<[key: string, value: Buffer]> {
  // Private by TypeScript's word, as in other hot classes: each call makes and reads several boxes. Each key stands before its value, for a
  // second array would make a box twice as large.
  private _strings: WireValue[] = [];

  constructor(entries?: BoxEntries) {
    if (entries === undefined) return;
    const pairs = Symbol.iterator in entries ? entries : Object.entries(entries);
    for (const [key, value] of pairs as Iterable<readonly [string, string | Uint8Array]>) this.set(key, value);
  }

  /** How many keys there are. */
  get size(): number {
    return this._strings.length / 2;
  }

  has(key: string): boolean {
    return this._find(key) !== -1;
  }

  /** The bytes of a value. */
  get(key: string): Buffer | undefined {
    const value = this.getWire(key);
    return value === undefined ? undefined : bytesOf(value);
  }

  /** Throws `LocalProtocolError` for a key that cannot be sent, and a `TypeError` for a value that is neither text nor bytes. */
  set(key: string, value: string | Uint8Array): this {
    checkKey(key);
    if (typeof value !== "string" && !(value instanceof Uint8Array)) {
      throw new TypeError(
        `Cannot put a value of the type ${typeof value} into a box as ${JSON.stringify(key)}: expected a string or a Uint8Array`,
      );
    }
    this.setWire(key, wireValueOf(value));
    return this;
  }

  delete(key: string): boolean {
    const index = this._find(key);
    if (index === -1) return false;
    this._strings.splice(index, 2);
    return true;
  }

  /** The keys, in the order of their bytes. */
  keys(): readonly string[] {
    return this._strings.filter((_, index) => index % 2 === 0) as string[];
  }

  *[Symbol.iterator](): Generator<[key: string, value: Buffer]> {
    const strings = this._strings;
    for (let index = 0; index < strings.length; index += 2) {
      yield [strings[index] as string, bytesOf(strings[index + 1]!)];
    }
  }

  /** A box of its own with the same in it. */
  copy(): AmpBox {
    const copy = new AmpBox();
    copy._strings = [...this._strings];
    return copy;
  }

  /** As it goes over the wire. Throws `TooLong` for a key or value that has no room. */
  serialize(): Buffer {
    const strings = this._strings;
    let length = 2;
    for (let index = 0; index < strings.length; index += 2) {
      const keyLength = strings[index]!.length;
      const valueLength = strings[index + 1]!.length;
      if (keyLength > MAX_KEY_LENGTH) throw keyTooLong(strings[index] as string);
      if (valueLength > MAX_VALUE_LENGTH) throw valueTooLong(strings[index] as string, valueLength);
      length += 4 + keyLength + valueLength;
    }
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for (let index = 0; index < strings.length; index++) at = writeString(bytes, at, strings[index]!);
    bytes[at] = 0;
    bytes[at + 1] = 0;
    return bytes;
  }

  /** Sends this box to a connection. Boxes that change the connection do so here. */
  sendTo(target: BoxTarget): void {
    target.sendBox(this);
  }

  /** A value as it is kept. For argument types that want no copy. */
  getWire(key: string): WireValue | undefined {
    const index = this._find(key);
    return index === -1 ? undefined : this._strings[index + 1];
  }

  /** A value as a string with a character for each byte. */
  getByteText(key: string): string | undefined {
    const value = this.getWire(key);
    return value === undefined ? undefined : byteTextOf(value);
  }

  /** Like `set`, without a look at the key and the value: for keys that have been looked at, and values whose characters are bytes. */
  setWire(key: string, value: WireValue): void {
    const strings = this._strings;
    const { length } = strings;
    if (length === 0 || key > (strings[length - 2] as string)) {
      strings.push(key, value);
      return;
    }
    const place = this._placeFor(key);
    if (strings[place] === key) strings[place + 1] = value;
    else this._insert(place, key, value);
  }

  /** For a person: each key with the beginning of its value. */
  toString(): string {
    const entries = this.keys().map((key) => `${key}: ${excerptOf(this.getWire(key)!)}`);
    return `${this.constructor.name} { ${entries.join(", ")} }`;
  }

  /** Where the key is; -1 where it is not. */
  private _find(key: string): number {
    const strings = this._strings;
    if (strings.length > 2 * FEW_KEYS) {
      const place = this._placeFor(key);
      return strings[place] === key ? place : -1;
    }
    for (let index = 0; index < strings.length; index += 2) if (strings[index] === key) return index;
    return -1;
  }

  /** Where the first key is that does not stand before `key`. */
  private _placeFor(key: string): number {
    const strings = this._strings;
    let low = 0;
    let high = strings.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((strings[2 * middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return 2 * low;
  }

  private _insert(place: number, key: string, value: WireValue): void {
    const strings = this._strings;
    strings.push(key, value);
    for (let index = strings.length - 1; index > place + 1; index--) strings[index] = strings[index - 2]!;
    strings[place] = key;
    strings[place + 1] = value;
  }
}

/** Throws where `key` cannot be one. */
export function checkKey(key: string): void {
  if (typeof key !== "string") throw new TypeError(`Cannot use ${String(key)} as a key of a box: expected a string`);
  if (key.length > MAX_KEY_LENGTH) throw keyTooLong(key);
  if (key === "" || !isByteText(key)) {
    throw new LocalProtocolError(
      `Cannot use ${JSON.stringify(key)} as a key of a box: expected 1 to ${MAX_KEY_LENGTH} characters, each of which is a byte`,
    );
  }
}

/** Writes the length of `value` and `value` to `at`, and answers where it ends. */
export function writeString(bytes: Buffer, at: number, value: WireValue): number {
  const { length } = value;
  bytes[at] = length >>> 8;
  bytes[at + 1] = length;
  const start = at + 2;
  if (typeof value !== "string") bytes.set(value, start);
  else if (length > SHORT_TEXT) bytes.write(value, start, "latin1");
  else for (let index = 0; index < length; index++) bytes[start + index] = value.charCodeAt(index);
  return start + length;
}

function keyTooLong(key: string): TooLong {
  const message = `Cannot send a key of ${key.length} bytes: expected ${MAX_KEY_LENGTH} at most`;
  return new TooLong(message, { isKey: true, length: key.length });
}

function valueTooLong(keyName: string, length: number): TooLong {
  const message = `Cannot send ${length} bytes as ${JSON.stringify(keyName)}: expected ${MAX_VALUE_LENGTH} at most`;
  return new TooLong(message, { isKey: false, length, keyName });
}
