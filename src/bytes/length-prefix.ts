/** Cuts a stream of bytes into strings that have their length before them, as a number of 1 to 6 bytes, the highest byte first. */
import { ByteQueue } from "./byte-queue.ts";

/** The number of bytes of a length. */
export type PrefixSize = 1 | 2 | 3 | 4 | 5 | 6;

const UNKNOWN = -1;

/**
 * A machine: `receive` stores what has arrived, `nextString` answers one string after the other.
 *
 * Whoever gets a string may keep it.
 */
export class LengthPrefix {
  /** The longest string that is answered. */
  maxLength: number;
  readonly #size: PrefixSize;
  readonly #queue: ByteQueue = new ByteQueue();
  #announced = UNKNOWN;

  constructor(size: PrefixSize, maxLength: number) {
    if (!(Number.isInteger(size) && size >= 1 && size <= 6)) {
      throw new RangeError(`Cannot read lengths of ${size} bytes: expected 1 to 6`);
    }
    this.#size = size;
    this.maxLength = maxLength;
  }

  /** The length of the string that is next, where it has arrived. */
  get announced(): number | undefined {
    return this.#announced === UNKNOWN ? undefined : this.#announced;
  }

  /** Stores `chunk`, which must not be written to again; or, if it is borrowed, not before `own` is called. */
  receive(chunk: Buffer, borrowed = false): void {
    this.#queue.append(chunk, borrowed);
  }

  /** Copies what is left of a borrowed chunk. */
  own(): void {
    this.#queue.own();
  }

  /** The next string, or why there is none: it has not arrived yet, or is longer than `maxLength`, as `announced` says. */
  nextString(): Buffer | "needData" | "tooLong" {
    const queue = this.#queue;
    if (this.#announced === UNKNOWN) {
      if (queue.length < this.#size) return "needData";
      this.#announced = this.#takePrefix();
    }
    if (this.#announced > this.maxLength) return "tooLong";
    if (this.#announced > queue.length) {
      queue.trim();
      return "needData";
    }
    const string = queue.take(this.#announced);
    this.#announced = UNKNOWN;
    return string;
  }

  /** Everything that has been received and not been answered, without a length that has been read. */
  takeAll(): Buffer {
    this.#announced = UNKNOWN;
    return this.#queue.takeAll();
  }

  /** Drops everything that has been received and not been answered. */
  clear(): void {
    this.#queue.skip(this.#queue.length);
    this.#announced = UNKNOWN;
  }

  #takePrefix(): number {
    let length = 0;
    for (let index = 0; index < this.#size; index++) length = length * 256 + this.#queue.byteAt(index);
    this.#queue.skip(this.#size);
    return length;
  }
}
