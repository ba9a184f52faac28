/** Protocols whose messages have their length before them. */
import { LengthPrefix } from "../bytes/length-prefix.ts";
import type { PrefixSize } from "../bytes/length-prefix.ts";
import type { Transport } from "../transport/transport.ts";
import { BufferedReceiver } from "./buffered-receiver.ts";
import { StringTooLongError } from "./errors.ts";

const MAX_LENGTH = 99_999;
/** Strings up to this length are sent in one piece with their length; longer ones are not worth a copy. */
const JOINED_LENGTH = 4096;

/**
 * Receives strings of bytes whose length is before them, the highest byte first: override `stringReceived`.
 *
 * Closing the connection in `stringReceived` does not hold back the strings that have arrived already; `pauseProducing` does.
 *
 * @example
 * class Echo extends IntNStringReceiver {
 *   constructor() {
 *     super(3);
 *   }
 *
 *   override stringReceived(string: Buffer): void {
 *     this.sendString(string);
 *   }
 * }
 * new Echo().dataReceived(Buffer.from([0, 0, 2, 65]));
 */
export abstract class IntNStringReceiver<T extends Transport = Transport> extends BufferedReceiver<T> {
  /** The longest string that is taken. */
  MAX_LENGTH: number = MAX_LENGTH;
  /** How many bytes a length has. */
  readonly prefixLength: PrefixSize;
  readonly #strings: LengthPrefix;
  #broken = false;

  constructor(prefixLength: PrefixSize) {
    super();
    this.prefixLength = prefixLength;
    this.#strings = new LengthPrefix(prefixLength, MAX_LENGTH);
  }

  /** Called with each string, without its length. */
  abstract stringReceived(string: Buffer): void;

  /**
   * Called when a string is longer than `MAX_LENGTH`, before it arrives. Closes the connection unless it is overridden. Whoever wants the
   * string after all raises `MAX_LENGTH` here; otherwise nothing is received any more.
   */
  lengthLimitExceeded(_length: number): void {
    this.transport.loseConnection();
  }

  /** Sends a string, with its length before it. Throws `StringTooLongError` for one whose length has no room in the prefix. */
  sendString(string: string | Uint8Array): void {
    const length = typeof string === "string" ? Buffer.byteLength(string) : string.length;
    const { prefixLength } = this;
    if (length >= 256 ** prefixLength) {
      throw new StringTooLongError(
        `Cannot send a string of ${length} bytes: its length is to be written in ${prefixLength} bytes, expected fewer than ${256 ** prefixLength}`,
      );
    }
    const joined = length <= JOINED_LENGTH;
    const bytes = Buffer.allocUnsafe(joined ? prefixLength + length : prefixLength);
    bytes.writeUIntBE(length, 0, prefixLength);
    if (!joined) {
      this.transport.writeSequence([bytes, string]);
      return;
    }
    if (typeof string === "string") bytes.write(string, prefixLength);
    else bytes.set(string, prefixLength);
    this.transport.write(bytes);
  }

  protected override _store(data: Buffer): void {
    if (!this.#broken) this.#strings.receive(data, true);
  }

  protected override _takeAll(): Buffer {
    return this.#strings.takeAll();
  }

  protected override _own(): void {
    this.#strings.own();
  }

  protected override _deliver(): void {
    const strings = this.#strings;
    while (!this.paused && !this.#broken) {
      strings.maxLength = this.MAX_LENGTH;
      const string = strings.nextString();
      if (string === "needData") return;
      if (string === "tooLong") this.#tooLong(strings.announced!);
      else this.stringReceived(string);
    }
  }

  #tooLong(length: number): void {
    this.lengthLimitExceeded(length);
    if (length <= this.MAX_LENGTH) return;
    this.#broken = true;
    this.#strings.clear();
  }
}

/**
 * Lengths of one byte.
 *
 * @example
 * class Echo extends Int8StringReceiver {
 *   override stringReceived(string: Buffer): void {
 *     this.sendString(string);
 *   }
 * }
 * assert.equal(new Echo().prefixLength, 1);
 */
export abstract class Int8StringReceiver<T extends Transport = Transport> extends IntNStringReceiver<T> {
  constructor() {
    super(1);
  }
}

/**
 * Lengths of two bytes.
 *
 * @example
 * class Echo extends Int16StringReceiver {
 *   override stringReceived(string: Buffer): void {
 *     this.sendString(string);
 *   }
 * }
 * assert.equal(new Echo().prefixLength, 2);
 */
export abstract class Int16StringReceiver<T extends Transport = Transport> extends IntNStringReceiver<T> {
  constructor() {
    super(2);
  }
}

/**
 * Lengths of four bytes.
 *
 * @example
 * class Echo extends Int32StringReceiver {
 *   override MAX_LENGTH = 1_000_000;
 *
 *   override stringReceived(string: Buffer): void {
 *     this.sendString(string);
 *   }
 * }
 * assert.equal(new Echo().prefixLength, 4);
 */
export abstract class Int32StringReceiver<T extends Transport = Transport> extends IntNStringReceiver<T> {
  constructor() {
    super(4);
  }
}
