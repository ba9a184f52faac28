/** Cuts a stream of bytes into netstrings: a length in digits, a colon, the bytes, a comma (https://cr.yp.to/proto/netstrings.txt). */
import { RemoteProtocolError } from "../errors.ts";
import { ByteQueue } from "./byte-queue.ts";

/** What a peer sent is no netstring, or one that is too long. */
export class NetstringParseError extends RemoteProtocolError {
  override readonly name: string = "NetstringParseError";
  override readonly code: string = "ERR_NETSTRING_PARSE";
}

const UNKNOWN = -1;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const COMMA = 0x2c;

/**
 * A machine: `receive` stores what has arrived, `nextString` answers one string after the other.
 *
 * Whoever gets a string may keep it.
 */
export class NetstringSplitter {
  /** The longest string that is answered. */
  maxLength: number;
  readonly #queue: ByteQueue = new ByteQueue();
  #announced = UNKNOWN;

  constructor(maxLength: number) {
    this.maxLength = maxLength;
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
   * The next string, or `"needData"` where it has not arrived yet. Throws `NetstringParseError` as soon as it is clear that it never will;
   * what follows has no meaning then, so drop it with `clear`.
   */
  nextString(): Buffer | "needData" {
    const queue = this.#queue;
    if (this.#announced === UNKNOWN) {
      this.#announced = this.#takeLength();
      if (this.#announced === UNKNOWN) return "needData";
    }
    if (queue.length <= this.#announced) {
      queue.trim();
      return "needData";
    }
    if (queue.byteAt(this.#announced) !== COMMA) throw new NetstringParseError("A netstring does not end with a comma");
    const string = queue.take(this.#announced);
    queue.skip(1);
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

  /** Takes the length and the colon, if both are there. The limit ends the digits before they are many. */
  #takeLength(): number {
    const queue = this.#queue;
    let length = 0;
    for (let index = 0; index < queue.length; index++) {
      const byte = queue.byteAt(index);
      if (byte === COLON && index > 0) {
        queue.skip(index + 1);
        return length;
      }
      if (byte < ZERO || byte > NINE) throw new NetstringParseError("A netstring does not begin with its length");
      if (index > 0 && length === 0) throw new NetstringParseError("The length of a netstring begins with a zero");
      length = length * 10 + (byte - ZERO);
      if (length > this.maxLength || length > Number.MAX_SAFE_INTEGER) {
        throw new NetstringParseError(`A netstring is longer than the ${this.maxLength} bytes that are allowed`);
      }
    }
    return UNKNOWN;
  }
}
