/**
 * Finds the records in the bytes of a JSON log, as they come: pure, bytes in, events out.
 *
 * A record is what stands between two separators. With RS (0x1E) before each, as in RFC 7464, a record must also end with a newline: one
 * that does not was cut short, however well it parses (section 2.4). Without, each line is a record. A record that is no event
 * is reported and left out; one that is longer than the limit is reported when it passes the limit, and its rest is not kept.
 */
import { eventFromJSON } from "./event-from-json.ts";
import type { LogEvent } from "./log-event.ts";

const NEWLINE = 0x0a;
const RECORD_SEPARATOR = "\u001e";
const FIRST_CAPACITY = 4096;
const EXCERPT_LENGTH = 200;

/** A record that is no event. */
export interface BadRecord {
  readonly reason: "invalid" | "truncated" | "tooLong";
  /** The bytes at its beginning, at most 200. */
  readonly record: Buffer;
  /** What is wrong with it, where it was read. */
  readonly error?: unknown;
}

/** The options of a `JSONLogReader`. */
export interface JSONLogReaderOptions {
  /** What stands before each record; empty, where each line is one. `undefined` looks at the first byte: RS, or none. */
  readonly recordSeparator?: string | undefined;
  /** The length, in bytes, from which on a record is too long. */
  readonly maxRecordLength: number;
  /** Is told of what was left out. */
  readonly badRecord: (bad: BadRecord) => void;
}

export class JSONLogReader {
  readonly #maxRecordLength: number;
  readonly #badRecord: (bad: BadRecord) => void;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #separator: Buffer | undefined;

  // The record under way is #bytes from #start to #end; in its first part, up to #searched, there is no separator.
  #bytes = Buffer.alloc(FIRST_CAPACITY);
  #start = 0;
  #end = 0;
  #searched = 0;
  #skipping = false;

  constructor(options: JSONLogReaderOptions) {
    this.#maxRecordLength = options.maxRecordLength;
    this.#badRecord = options.badRecord;
    const { recordSeparator } = options;
    if (recordSeparator !== undefined) this.#separator = separatorBytes(recordSeparator);
  }

  receive(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    const [first] = bytes;
    if (first === undefined) return;
    this.#separator ??= separatorBytes(first === RECORD_SEPARATOR.charCodeAt(0) ? RECORD_SEPARATOR : "");
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The next event of which all bytes are there. */
  nextEvent(): LogEvent | "needData" {
    for (;;) {
      const separator = this.#separator ?? separatorBytes("");
      const at = this.#bytes.subarray(0, this.#end).indexOf(separator, this.#searched);
      if (at === -1) {
        this.#searched = Math.max(this.#start, this.#end - separator.length + 1);
        this.#checkLength();
        return "needData";
      }
      const record = this.#bytes.subarray(this.#start, at);
      this.#start = this.#searched = at + separator.length;
      const event = this.#eventOf(record, separator);
      if (event !== undefined) return event;
    }
  }

  /** The event at the end of the file, after the last separator. */
  lastEvent(): LogEvent | undefined {
    const record = this.#bytes.subarray(this.#start, this.#end);
    this.#start = this.#searched = this.#end;
    return this.#eventOf(record, this.#separator ?? separatorBytes(""));
  }

  #eventOf(record: Buffer, separator: Buffer): LogEvent | undefined {
    if (this.#skipping) {
      this.#skipping = false;
      return undefined;
    }
    if (isBlank(record)) return undefined;
    if (record.length > this.#maxRecordLength) return this.#refuse("tooLong", record);
    const isLine = separator.length === 1 && separator[0] === NEWLINE;
    if (!isLine && record.at(-1) !== NEWLINE) return this.#refuse("truncated", record);
    try {
      return eventFromJSON(this.#decoder.decode(record));
    } catch (error) {
      return this.#refuse("invalid", record, error);
    }
  }

  #checkLength(): void {
    if (this.#searched - this.#start <= this.#maxRecordLength) return;
    if (!this.#skipping) this.#refuse("tooLong", this.#bytes.subarray(this.#start, this.#end));
    this.#skipping = true;
    this.#start = this.#searched;
  }

  #refuse(reason: BadRecord["reason"], record: Buffer, error?: unknown): undefined {
    // No more of it than of the same record when it comes in parts.
    const excerpt = Buffer.from(record.subarray(0, Math.min(EXCERPT_LENGTH, this.#maxRecordLength)));
    this.#badRecord({ reason, record: excerpt, error });
    return undefined;
  }

  #makeRoom(length: number): void {
    const used = this.#end - this.#start;
    if (this.#end + length <= this.#bytes.length) return;
    const capacity = Math.max(this.#bytes.length, FIRST_CAPACITY);
    // Moving within the buffer pays only where that frees a good part of it.
    const target =
      used + length <= capacity / 2 ? this.#bytes : Buffer.allocUnsafe(Math.max(capacity * 2, (used + length) * 2));
    this.#bytes.copy(target, 0, this.#start, this.#end);
    this.#bytes = target;
    this.#searched -= this.#start;
    this.#end = used;
    this.#start = 0;
  }
}

function separatorBytes(separator: string): Buffer {
  return Buffer.from(separator === "" ? "\n" : separator);
}

function isBlank(record: Buffer): boolean {
  return record.every((byte) => byte === NEWLINE || byte === 0x0d || byte === 0x20 || byte === 0x09);
}
