/**
 * Cuts what a memcached server sends into replies: lines, and behind a line that announces a value so many bytes and the end of a line.
 *
 * Once something is wrong, what follows has no meaning any more: the same error is thrown again and again.
 */
import { ByteQueue } from "../../bytes/byte-queue.ts";
import type { Wanted } from "../../bytes/find-bytes.ts";
import { MalformedReply, ReplyTooLong, ValueTooLarge } from "./errors.ts";
import type { Reply, ValueHeader } from "./reply.ts";
import { parseReplyLine } from "./reply.ts";

/** What is taken of a server. */
export interface ReplyLimits {
  /** How many bytes a line may have; 8192 unless told otherwise. */
  readonly maxLineLength?: number;
  /** How many bytes a value may have; 1 MiB, which is what servers store unless they are told otherwise (`memcached -I`). */
  readonly maxValueLength?: number;
}

const DEFAULT_MAX_LINE_LENGTH = 8192;
const DEFAULT_MAX_VALUE_LENGTH = 1024 * 1024;
const LINE_END: Wanted = { bytes: Buffer.from("\r\n"), text: "\r\n" };

export class ReplyReader {
  readonly #queue: ByteQueue = new ByteQueue();
  readonly #maxLineLength: number;
  readonly #maxValueLength: number;
  /** The end of a line is not before this index. */
  #searched = 0;
  /** The value whose bytes are awaited. */
  #header: ValueHeader | undefined = undefined;
  #error: MalformedReply | undefined = undefined;

  /** Throws a `RangeError` for limits that are none. */
  constructor(limits: ReplyLimits = {}) {
    this.#maxLineLength = checkLimit("maxLineLength", limits.maxLineLength ?? DEFAULT_MAX_LINE_LENGTH);
    this.#maxValueLength = checkLimit("maxValueLength", limits.maxValueLength ?? DEFAULT_MAX_VALUE_LENGTH);
  }

  /** Whether a value has been announced and has not arrived in full. */
  get isInsideValue(): boolean {
    return this.#header !== undefined;
  }

  /** Stores `chunk`, which must not be written to again. */
  receive(chunk: Buffer): void {
    if (this.#error === undefined) this.#queue.append(chunk);
  }

  /** The next reply. Throws `MalformedReply` for what is none. */
  nextEvent(): Reply | "needData" {
    if (this.#error !== undefined) throw this.#error;
    try {
      return this.#next();
    } catch (error) {
      if (error instanceof MalformedReply) {
        this.#error = error;
        this.#queue.takeAll();
        this.#header = undefined;
      }
      throw error;
    }
  }

  #next(): Reply | "needData" {
    if (this.#header === undefined) {
      const line = this.#nextLine();
      if (line === undefined) return "needData";
      const reply = parseReplyLine(line);
      if (reply.kind !== "valueHeader") return reply;
      if (reply.length > this.#maxValueLength) {
        throw new ValueTooLarge(
          `The server has a value of ${reply.length} bytes, more than the ${this.#maxValueLength} that maxValueLength allows`,
        );
      }
      this.#header = reply;
    }
    return this.#nextValue(this.#header);
  }

  #nextLine(): string | undefined {
    const queue = this.#queue;
    const end = queue.indexOf(LINE_END, this.#searched);
    // A line that is not there yet has at least what has arrived, but for half of its end.
    if ((end === -1 ? queue.length - 1 : end) > this.#maxLineLength) {
      throw new ReplyTooLong(
        `The server has sent a line of more than the ${this.#maxLineLength} bytes that maxLineLength allows`,
      );
    }
    if (end === -1) {
      this.#searched = Math.max(queue.length - 1, 0);
      queue.trim();
      return undefined;
    }
    this.#searched = 0;
    const line = queue.take(end, true).toString("latin1");
    queue.skip(LINE_END.bytes.length);
    return line;
  }

  #nextValue({ key, flags, cas, length }: ValueHeader): Reply | "needData" {
    const queue = this.#queue;
    if (queue.length < length + LINE_END.bytes.length) {
      queue.trim();
      return "needData";
    }
    const value = queue.take(length);
    if (queue.take(LINE_END.bytes.length, true).compare(LINE_END.bytes) !== 0) {
      throw new MalformedReply(
        `The server has sent a value that does not end after the ${length} bytes that it announced`,
      );
    }
    this.#header = undefined;
    return { kind: "value", key, flags, cas, value };
  }
}

function checkLimit(name: string, limit: number): number {
  if (typeof limit === "number" && limit >= 0) return limit;
  throw new RangeError(`Cannot limit replies: ${name} is ${String(limit)}, expected a number, 0 or more`);
}
