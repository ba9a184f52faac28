/**
 * DER (X.690): the form in which certificates, and requests for them, are signed. Writers make one value each; the reader takes exactly what a
 * writer may have made, for what is signed must have one form only.
 */
import { MalformedDERError } from "./errors.ts";

/** Identifier octets of the types that certificates are made of. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A value: identifier, length, contents. */
export function encode(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  return Buffer.concat([Buffer.of(tag), lengthOctets(length), ...contents]);
}

export function sequence(...values: readonly Uint8Array[]): Buffer {
  return encode(Tag.sequence, ...values);
}

/** X.690 section 11.6: the values of a set of a type stand in the order of their encodings. */
export function setOf(...values: readonly Uint8Array[]): Buffer {
  return encode(Tag.set, ...values.toSorted((a, b) => Buffer.compare(a, b)));
}

/** A whole number, 0 or more. */
export function integer(value: number | bigint): Buffer {
  const digits = BigInt(value).toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  // The first bit is the sign.
  return bytes[0]! < 0x80 ? encode(Tag.integer, bytes) : encode(Tag.integer, Buffer.of(0), bytes);
}

export function boolean(value: boolean): Buffer {
  return encode(Tag.boolean, Buffer.of(value ? 0xff : 0));
}

export function nothing(): Buffer {
  return encode(Tag.null);
}

/** An object identifier, given in numbers and dots. */
export function objectIdentifier(dotted: string): Buffer {
  const [first, second, ...others] = dotted.split(".").map(Number);
  return encode(Tag.objectIdentifier, ...[first! * 40 + second!, ...others].map((arc) => base128(arc)));
}

export function octetString(content: Uint8Array): Buffer {
  return encode(Tag.octetString, content);
}

/** A string of bits; `unused` are left over in the last byte. */
export function bitString(content: Uint8Array, unused = 0): Buffer {
  return encode(Tag.bitString, Buffer.of(unused), content);
}

/** Bits with names, from number 0 on; X.690 section 11.2.2: without zeros at the end. */
export function namedBits(numbers: readonly number[]): Buffer {
  const last = Math.max(...numbers);
  const bytes = Buffer.alloc(Math.floor(last / 8) + 1);
  for (const number of numbers) bytes[Math.floor(number / 8)]! |= 0x80 >> (number % 8);
  return bitString(bytes, 7 - (last % 8));
}

/** A value whose meaning its place tells, by number: `[number]`. */
export function tagged(number: number, kind: "explicit" | "implicit", ...contents: readonly Uint8Array[]): Buffer {
  return encode((kind === "explicit" ? 0xa0 : 0x80) | number, ...contents);
}

/** RFC 5280 section 4.1.2.5: to the year 2049 with two digits for the year, from then on with four. */
export function time(seconds: number): Buffer {
  const digits = new Date(Math.floor(seconds) * 1000).toISOString().replace(/[-:T]|\.\d+/g, "");
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? encode(Tag.utcTime, Buffer.from(digits.slice(2)))
    : encode(Tag.generalizedTime, Buffer.from(digits));
}

/** A value that was read. */
export interface DERValue {
  readonly tag: number;
  readonly contents: Buffer;
  /** The whole value. */
  readonly encoding: Buffer;
}

/** The one value that `bytes` are. Throws `MalformedDERError` where they are something else, or something more. */
export function decode(bytes: Uint8Array): DERValue {
  const [value, ...others] = decodeAll(bytes);
  if (value !== undefined && others.length === 0) return value;
  throw new MalformedDERError(`There are ${value === undefined ? 0 : others.length + 1} values, expected one`);
}

/** The values that follow each other in `bytes`. */
export function decodeAll(bytes: Uint8Array): DERValue[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: DERValue[] = [];
  for (let start = 0; start < buffer.length;) {
    const value = valueAt(buffer, start);
    values.push(value);
    start += value.encoding.length;
  }
  return values;
}

/** The values inside of a sequence, set or explicit tag. */
export function childrenOf(value: DERValue | undefined, tag: number): DERValue[] {
  return decodeAll(contentsOf(value, tag));
}

/** The contents of a value that must be there, and of this type. */
export function contentsOf(value: DERValue | undefined, tag: number): Buffer {
  if (value?.tag === tag) return value.contents;
  throw new MalformedDERError(
    `There is ${value === undefined ? "nothing" : `a value with the tag ${value.tag}`}, expected one with the tag ${tag}`,
  );
}

/** The numbers and dots of an object identifier. */
export function identifierOf(value: DERValue | undefined): string {
  const contents = contentsOf(value, Tag.objectIdentifier);
  const arcs: number[] = [];
  let arc = 0;
  for (const [index, byte] of contents.entries()) {
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) throw new MalformedDERError("An object identifier has an arc that is too large");
    if ((byte & 0x80) !== 0 && index < contents.length - 1) continue;
    if ((byte & 0x80) !== 0) throw new MalformedDERError("An object identifier ends in the middle of an arc");
    arcs.push(arc);
    arc = 0;
  }
  const [joint, ...others] = arcs;
  if (joint === undefined) throw new MalformedDERError("An object identifier is empty");
  const first = Math.min(Math.floor(joint / 40), 2);
  return [first, joint - first * 40, ...others].join(".");
}

function valueAt(buffer: Buffer, start: number): DERValue {
  const tag = buffer[start]!;
  if ((tag & 0x1f) === 0x1f) throw new MalformedDERError("A tag has more than one byte, expected one");
  const first = buffer[start + 1];
  if (first === undefined) throw new MalformedDERError("A value ends before its length");
  let begin = start + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    // Four bytes say more than any certificate needs.
    if (count === 0 || count > 4) throw new MalformedDERError(`A length has ${count} bytes, expected 1 to 4`);
    if (begin + count > buffer.length) throw new MalformedDERError("A value ends in its length");
    length = buffer.readUIntBE(begin, count);
    begin += count;
    // X.690 section 10.1: "encoded in the minimum number of octets".
    if (length < 0x80 || length < 256 ** (count - 1))
      throw new MalformedDERError("A length has more bytes than it needs");
  }
  const end = begin + length;
  if (end > buffer.length)
    throw new MalformedDERError(`A value of ${length} bytes ends after ${buffer.length - begin}`);
  return { tag, contents: buffer.subarray(begin, end), encoding: buffer.subarray(start, end) };
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

function base128(value: number): Buffer {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) | 0x80);
  return Buffer.from(bytes);
}
