/** One direction of a connection in memory: the bytes that have left one end and have not been read at the other. */

/** Joins what is sent, as TCP does: the reader cannot tell how many writes there were. */
export class MemoryWire {
  /** Whether nothing will follow what is on the wire. */
  finished: boolean = false;
  readonly #capacity: number;
  #pieces: Buffer[] = [];
  #length = 0;

  /** `capacity` is how many bytes it holds. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many bytes are on the wire. */
  get length(): number {
    return this.#length;
  }

  /** How many more it takes. */
  get room(): number {
    return this.#capacity - this.#length;
  }

  /** Takes bytes, for which there must be room. They are copied: until now they were the sender's, from now on they are the reader's. */
  put(bytes: Uint8Array): void {
    this.#pieces.push(Buffer.from(bytes));
    this.#length += bytes.length;
  }

  /** The next bytes, at most `limit` of them. */
  take(limit: number): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces, this.#length)];
    const [all = Buffer.alloc(0)] = this.#pieces;
    const taken = all.subarray(0, limit);
    this.#length = all.length - taken.length;
    this.#pieces = this.#length === 0 ? [] : [all.subarray(limit)];
    return taken;
  }

  clear(): void {
    this.#pieces = [];
    this.#length = 0;
  }
}
