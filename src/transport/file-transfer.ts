/**
 * A piece of a file on its way over a stream. Whatever moves the bytes takes them from `position` on, says how many went with `advance`, and how it
 * ended; after the end, everything else is ignored.
 */
import { fstatSync, readSync } from "node:fs";
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import { FileEndedError } from "./errors.ts";

/** What part of a file is sent. */
export interface SendFileOptions {
  /** Where to begin; 0 unless told otherwise. The position of the descriptor does not matter and stays. */
  readonly offset?: number;
  /** How many bytes; all that the file has from `offset` on, unless told otherwise. */
  readonly length?: number;
}

const CHUNK_SIZE = 64 * 1024;

export class FileTransfer {
  readonly fd: number;
  /** Fires with the number of bytes when they are all with the system. */
  readonly done: Deferred<number>;
  /** Where in the file the next byte is. */
  position = 0;
  /** How many bytes are to be sent. */
  left = 0;
  #sent = 0;
  #over = false;
  #reading = false;
  /** Says how it ended, when nobody reads the file any more. */
  #end: (() => void) | undefined = undefined;

  /** Throws a `TypeError` for what is no regular file, and a `RangeError` for bad numbers. */
  constructor(fd: number, { offset = 0, length }: SendFileOptions = {}) {
    checkWhole("a file from the descriptor", fd);
    checkWhole("a file from the offset", offset);
    if (length !== undefined) checkWhole("a piece of a file of the length", length);
    this.fd = fd;
    this.position = offset;
    this.done = new Deferred<number>(() => (this.#over = true));
    let size: number;
    try {
      const facts = fstatSync(fd);
      if (!facts.isFile()) throw new TypeError(`Cannot send the descriptor ${fd}: expected one of a regular file`);
      ({ size } = facts);
    } catch (error) {
      if (error instanceof TypeError) throw error;
      this.fail(error);
      return;
    }
    this.left = length ?? Math.max(size - offset, 0);
    if (offset + this.left > size) this.endedEarly();
  }

  /** Whether it has ended: nothing more is to be sent. */
  get isOver(): boolean {
    return this.#over;
  }

  /** So many bytes are with the system, or will be before anything else. */
  advance(count: number): void {
    this.position += count;
    this.left -= count;
    this.#sent += count;
  }

  /** Everything is sent. */
  finish(): void {
    this.#finally(() => this.done.callback(this.#sent));
  }

  fail(error: unknown): void {
    this.#finally(() => this.done.errback(error));
  }

  /** The file has no byte where the next one should be. */
  endedEarly(): void {
    this.fail(
      new FileEndedError(
        `Cannot send the rest of the file: it ends at byte ${this.position} or before, expected ${this.left} bytes from there on`,
      ),
    );
  }

  /** Whoever reads the file says so before and after: the end is not told in between, for who hears it closes the file. */
  setReading(reading: boolean): void {
    this.#reading = reading;
    const end = this.#end;
    if (reading || end === undefined) return;
    this.#end = undefined;
    end();
  }

  /** Reads, for whoever has no time to lose, the next piece; `undefined` where it ends with that. */
  readNow(): Buffer | undefined {
    if (this.#over) return undefined;
    if (this.left === 0) {
      this.finish();
      return undefined;
    }
    try {
      const chunk = Buffer.allocUnsafe(Math.min(this.left, CHUNK_SIZE));
      const count = readSync(this.fd, chunk, 0, chunk.length, this.position);
      if (count === 0) this.endedEarly();
      this.advance(count);
      return count === 0 ? undefined : chunk.subarray(0, count);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  #finally(end: () => void): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#reading) this.#end = end;
    else end();
  }
}

function checkWhole(what: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  const message = `Cannot send ${what} ${inspect(value)}: expected a whole number, 0 or more`;
  throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
}
