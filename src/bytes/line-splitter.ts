/** Cuts a stream of bytes into lines. */
import { ByteQueue } from "./byte-queue.ts";

/**
 * A machine: `receive` stores what has arrived, `nextLine` answers one line after the other, without their ends.
 *
 * Whoever gets a line may keep it. No byte is searched twice, however the lines were cut.
 */
export class LineSplitter {
  /** The longest line, without its end, that is answered. */
  maxLength: number;
  readonly #queue: ByteQueue = new ByteQueue();
  #delimiter: string | Uint8Array;
  #wanted: Buffer;
  /** The end of a line is not before this index. */
  #searched = 0;

  /** Throws a `RangeError` for a delimiter without bytes. */
  constructor(delimiter: string | Uint8Array, maxLength: number) {
    this.maxLength = maxLength;
    this.#delimiter = delimiter;
    this.#wanted = bytesOf(delimiter);
  }

  /** What lines end with. */
  get delimiter(): string | Uint8Array {
    return this.#delimiter;
  }

  set delimiter(delimiter: string | Uint8Array) {
    this.#wanted = bytesOf(delimiter);
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

  /** The next line, or why there is none: its end has not arrived yet, or it is longer than `maxLength`; then nothing is taken. A line that is `lent` is looked at before the next call. */
  nextLine(lent = false): Buffer | "needData" | "tooLong" {
    const queue = this.#queue;
    const wanted = this.#wanted;
    const end = queue.indexOf(wanted, this.#searched);
    if (end === -1) {
      // The last bytes may be the beginning of a delimiter.
      this.#searched = Math.max(queue.length - wanted.length + 1, 0);
      if (queue.length >= this.maxLength + wanted.length) return "tooLong";
      queue.trim();
      return "needData";
    }
    if (end > this.maxLength) return "tooLong";
    this.#searched = 0;
    const line = queue.take(end, lent);
    queue.skip(wanted.length);
    return line;
  }

  /** Everything that has been received and not been answered. */
  takeAll(): Buffer {
    this.#searched = 0;
    return this.#queue.takeAll();
  }
}

function bytesOf(delimiter: string | Uint8Array): Buffer {
  const bytes = typeof delimiter === "string" ? Buffer.from(delimiter) : asBuffer(delimiter);
  if (bytes.length === 0) {
    throw new RangeError("Cannot end lines with an empty delimiter: expected at least one byte");
  }
  return bytes;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
