/** Cuts a stream of bytes into lines. */
import { ByteQueue } from "./byte-queue.ts";
import type { Wanted } from "./find-bytes.ts";

/**
 * A machine: `receive` stores what has arrived, `nextLength` finds one line after the other, and `take` answers it, without its end.
 *
 * Whoever gets a line may keep it. No byte is searched twice, however the lines were cut.
 */
export class LineSplitter {
  /** The longest line, without its end, that is answered. */
  maxLength: number;
  readonly #queue: ByteQueue = new ByteQueue();
  #delimiter: string | Uint8Array;
  #wanted: Wanted;
  /** The end of a line is not before this index. */
  #searched = 0;

  /** Throws a `RangeError` for a delimiter without bytes. */
  constructor(delimiter: string | Uint8Array, maxLength: number) {
    this.maxLength = maxLength;
    this.#delimiter = delimiter;
    this.#wanted = wantedOf(delimiter);
  }

  /** What lines end with. */
  get delimiter(): string | Uint8Array {
    return this.#delimiter;
  }

  set delimiter(delimiter: string | Uint8Array) {
    this.#wanted = wantedOf(delimiter);
    this.#delimiter = delimiter;
    this.#searched = 0;
  }

  /** How many bytes have been received and not been answered. */
  get length(): number {
    return this.#queue.length;
  }

  /** Stores `chunk`, which must not be written to again; or, if it is borrowed, not before `own` is called. */
  receive(chunk: Buffer, borrowed = false): void {
    this.#queue.append(chunk, borrowed);
  }

  /** Copies what is left of a borrowed chunk. */
  own(): void {
    this.#queue.own();
  }

  /**
   * How long the next line is, or why there is none: its end has not arrived yet, or it is longer than `maxLength`. It is taken with `take`
   * or `takeAscii`.
   */
  nextLength(): number | "needData" | "tooLong" {
    const queue = this.#queue;
    const wanted = this.#wanted;
    const end = queue.indexOf(wanted, this.#searched);
    if (end === -1) {
      const size = wanted.bytes.length;
      // The last bytes may be the beginning of a delimiter.
      this.#searched = Math.max(queue.length - size + 1, 0);
      if (queue.length >= this.maxLength + size) return "tooLong";
      queue.trim();
      return "needData";
    }
    if (end > this.maxLength) return "tooLong";
    this.#searched = end;
    return end;
  }

  /** Takes the next line, which is `length` bytes long. It may be kept; or, if that is not wanted, `lent`, looked at before the next call. */
  take(length: number, lent = false): Buffer {
    this.#searched = 0;
    const line = this.#queue.take(length, lent);
    this.#queue.skip(this.#wanted.bytes.length);
    return line;
  }

  /** The same as text, or `undefined`, and nothing is taken, where that is not to be had at little cost. */
  takeAscii(length: number): string | undefined {
    const line = this.#queue.takeAscii(length, this.#wanted.bytes.length);
    if (line !== undefined) this.#searched = 0;
    return line;
  }

  /** Everything that has been received and not been answered. */
  takeAll(): Buffer {
    this.#searched = 0;
    return this.#queue.takeAll();
  }
}

function wantedOf(delimiter: string | Uint8Array): Wanted {
  const bytes = typeof delimiter === "string" ? Buffer.from(delimiter) : asBuffer(delimiter);
  if (bytes.length === 0) {
    throw new RangeError("Cannot end lines with an empty delimiter: expected at least one byte");
  }
  return { bytes, text: bytes.toString("latin1") };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
