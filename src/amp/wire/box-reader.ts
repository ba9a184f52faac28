/**
 * Cuts a stream of bytes into boxes.
 *
 * A box is any number of keys with values, each a string with its length before it as two bytes, and then two bytes of 0. Keys and short
 * values are cut out of the chunk as text, which is made of it in windows: a string that is kept holds no more than such a window alive. Of
 * what has not arrived as a whole, only the one string that is cut through is put together from pieces.
 */
import { ByteQueue } from "../../bytes/byte-queue.ts";
import { copyBytes } from "../../bytes/copy-bytes.ts";
import { AmpBox } from "./amp-box.ts";
import { MAX_KEY_LENGTH, boxLimits } from "./box-limits.ts";
import type { BoxLimits } from "./box-limits.ts";
import { BoxTooLong, KeyTooLong, TooManyKeys, ValueTooLong } from "./errors.ts";
import type { MalformedAmpBox } from "./errors.ts";
import type { WireValue } from "./wire-value.ts";

/** What a string that is kept may hold alive. */
const WINDOW_SIZE = 8 * 1024;
/** A longer value is copied as bytes. */
const LONGEST_TEXT = 2048;
const PREFIX = 2;
const UNKNOWN = -1;
const NOTHING: Buffer = Buffer.alloc(0);

/** A machine: `receive` stores what has arrived, `nextBox` answers one box after the other. Whoever gets a box may keep it. */
export class BoxReader {
  readonly #limits: Required<BoxLimits>;
  #chunk: Buffer = NOTHING;
  #at = 0;
  #borrowed = false;
  /** What has arrived behind `#chunk`. */
  readonly #later: Buffer[] = [];
  /** The pieces of the string, or of the length, that is cut through. */
  readonly #pieces: ByteQueue = new ByteQueue();
  /** What lies in the chunk between `#textStart` and `#textEnd`, a character for each byte. */
  #text = "";
  #textStart = 0;
  #textEnd = 0;

  /** The box that is being read, and how many bytes of it have been announced. */
  #box: AmpBox | undefined = undefined;
  #boxLength = 0;
  /** The key whose value is next. */
  #key: string | undefined = undefined;
  /** The length of the string that is next, once it has been read. */
  #announced = UNKNOWN;
  #error: MalformedAmpBox | undefined = undefined;

  /** Throws a `RangeError` for limits that are none. */
  constructor(limits?: BoxLimits) {
    this.#limits = boxLimits(limits);
  }

  /** Whether a part of a box has arrived, and not the rest of it. */
  get isInsideBox(): boolean {
    return this.#box !== undefined || this.#pieces.length > 0;
  }

  /** Stores `chunk`, which must not be written to again; or, if it is borrowed, not before `own` is called. */
  receive(chunk: Buffer, borrowed = false): void {
    if (chunk.length === 0 || this.#error !== undefined) return;
    if (this.#at < this.#chunk.length || this.#later.length > 0) {
      this.#later.push(borrowed ? copyBytes(chunk, 0, chunk.length) : chunk);
      return;
    }
    this.#open(chunk);
    this.#borrowed = borrowed;
  }

  /** Copies what is left of a borrowed chunk. */
  own(): void {
    if (!this.#borrowed) return;
    this.#borrowed = false;
    this.#open(this.#at < this.#chunk.length ? copyBytes(this.#chunk, this.#at, this.#chunk.length) : NOTHING);
  }

  /**
   * The next box, or that it has not arrived yet. Throws a `MalformedAmpBox` as soon as it is clear that what has arrived is none that is taken, and
   * then always.
   */
  nextBox(): AmpBox | "needData" {
    if (this.#error !== undefined) throw this.#error;
    return (this.isInsideBox ? undefined : this.#wholeBox()) ?? this.#boxInSteps();
  }

  /** The next box, where all of it lies in the window and nothing is unusual about it; most do. Otherwise nothing has been read. */
  #wholeBox(): AmpBox | undefined {
    const chunk = this.#chunk;
    const { maxKeys, maxValueLength, maxBoxLength } = this.#limits;
    const start = this.#at;
    if (start === chunk.length) return undefined;
    if (start < this.#textStart || start >= this.#textEnd) this.#openWindow(start);
    const text = this.#text;
    const offset = this.#textStart;
    const end = Math.min(this.#textEnd, start + maxBoxLength);
    const box = new AmpBox();
    let at = start;
    while (at + PREFIX <= end) {
      const key = at + PREFIX;
      const keyEnd = key + chunk[at]! * 256 + chunk[at + 1]!;
      if (key === keyEnd) {
        this.#at = key;
        return box;
      }
      const value = keyEnd + PREFIX;
      if (keyEnd - key > MAX_KEY_LENGTH || value > end || box.size >= maxKeys) return undefined;
      const length = chunk[keyEnd]! * 256 + chunk[keyEnd + 1]!;
      at = value + length;
      if (length > LONGEST_TEXT || length > maxValueLength || at > end) return undefined;
      box.setWire(text.substring(key - offset, keyEnd - offset), text.substring(value - offset, at - offset));
    }
    return undefined;
  }

  #boxInSteps(): AmpBox | "needData" {
    for (;;) {
      if (this.#announced === UNKNOWN) {
        const length = this.#nextLength();
        if (length === UNKNOWN) return "needData";
        if (this.#key !== undefined) this.#valueAnnounced(length);
        else if (length === 0) return this.#completed();
        else this.#keyAnnounced(length);
      }
      const string = this.#nextString(this.#announced);
      if (string === undefined) return "needData";
      this.#announced = UNKNOWN;
      if (this.#key === undefined) this.#key = string as string;
      else {
        this.#box!.setWire(this.#key, string);
        this.#key = undefined;
      }
    }
  }

  /** Everything that has been received and belongs to no box that was answered, or has been begun. */
  takeAll(): Buffer {
    const rest = Buffer.concat([
      this.#pieces.takeAll(),
      this.#chunk.subarray(this.#at),
      ...this.#later.splice(0, this.#later.length),
    ]);
    this.#open(NOTHING);
    this.#borrowed = false;
    return rest;
  }

  #open(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
    this.#text = "";
    this.#textStart = 0;
    this.#textEnd = 0;
  }

  #keyAnnounced(length: number): void {
    if (length > MAX_KEY_LENGTH) {
      throw this.#broken(
        new KeyTooLong(`A key has ${length} bytes, more than the ${MAX_KEY_LENGTH} that there can be`),
      );
    }
    this.#box ??= new AmpBox();
    const { maxKeys } = this.#limits;
    // A key that is there twice counts once.
    if (this.#box.size >= maxKeys) {
      throw this.#broken(new TooManyKeys(`A box has more keys than the ${maxKeys} that are allowed`));
    }
    this.#announce(length);
  }

  #valueAnnounced(length: number): void {
    const { maxValueLength } = this.#limits;
    if (length > maxValueLength) {
      const message = `The value of ${JSON.stringify(this.#key)} has ${length} bytes, more than the ${maxValueLength} that are allowed`;
      throw this.#broken(new ValueTooLong(message));
    }
    this.#announce(length);
  }

  #announce(length: number): void {
    this.#announced = length;
    this.#boxLength += PREFIX + length;
    const { maxBoxLength } = this.#limits;
    // The two bytes at the end of the box count as well.
    if (this.#boxLength + PREFIX > maxBoxLength) {
      throw this.#broken(new BoxTooLong(`A box is longer than the ${maxBoxLength} bytes that are allowed`));
    }
  }

  #completed(): AmpBox {
    const box = this.#box ?? new AmpBox();
    this.#box = undefined;
    this.#boxLength = 0;
    return box;
  }

  #broken(error: MalformedAmpBox): MalformedAmpBox {
    this.#error = error;
    this.#box = undefined;
    this.takeAll();
    return error;
  }

  #nextLength(): number {
    const chunk = this.#chunk;
    const at = this.#at;
    if (this.#pieces.length === 0 && at + PREFIX <= chunk.length) {
      this.#at = at + PREFIX;
      return chunk[at]! * 256 + chunk[at + 1]!;
    }
    const prefix = this.#fromPieces(PREFIX);
    return prefix === undefined ? UNKNOWN : prefix[0]! * 256 + prefix[1]!;
  }

  /** The next `length` bytes; keys as text. */
  #nextString(length: number): WireValue | undefined {
    const start = this.#at;
    const end = start + length;
    if (this.#pieces.length > 0 || end > this.#chunk.length) {
      const string = this.#fromPieces(length);
      return string === undefined || length > LONGEST_TEXT ? string : string.toString("latin1");
    }
    this.#at = end;
    if (length > LONGEST_TEXT) return copyBytes(this.#chunk, start, end);
    if (start < this.#textStart || end > this.#textEnd) this.#openWindow(start);
    return this.#text.substring(start - this.#textStart, end - this.#textStart);
  }

  #openWindow(start: number): void {
    this.#textStart = start;
    this.#textEnd = Math.min(start + WINDOW_SIZE, this.#chunk.length);
    this.#text = this.#chunk.toString("latin1", start, this.#textEnd);
  }

  /** The next `length` bytes, of several chunks, when they have arrived. */
  #fromPieces(length: number): Buffer | undefined {
    const pieces = this.#pieces;
    for (;;) {
      const missing = length - pieces.length;
      const end = Math.min(this.#at + missing, this.#chunk.length);
      // They are copied: small ones would keep a chunk alive, and a borrowed one may not be kept.
      if (end > this.#at) pieces.append(copyBytes(this.#chunk, this.#at, end));
      this.#at = end;
      if (pieces.length === length) return pieces.takeAll();
      const next = this.#later.shift();
      if (next === undefined) return undefined;
      this.#open(next);
      this.#borrowed = false;
    }
  }
}
