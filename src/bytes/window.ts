/**
 * A part of a chunk, prepared for being cut into many small pieces: as one string, which is searched several times as fast as bytes and
 * can be cut into pieces of text at once; and as memory of its own, so that a piece that is kept holds 8 KiB and not the chunk.
 */
import { isAscii } from "node:buffer";
import { copyBytes } from "./copy-bytes.ts";
import { view } from "./view.ts";

/** What a piece may hold alive beside itself. */
const WINDOW_SIZE = 8 * 1024;
/** A chunk that has less is looked at as it is. */
const WORTHWHILE_FROM = 512;

export class Window {
  readonly #chunk: Buffer;
  /** The places in the chunk where it begins and ends. */
  readonly start: number;
  readonly end: number;
  #text: string | undefined = undefined;
  #isAscii: boolean | undefined = undefined;
  /** A copy of it all, and where in that memory what is at 0 in the chunk would be. */
  #memory: ArrayBufferLike | undefined = undefined;
  #origin = 0;

  /** On what lies between `start` and `limit`, as far as it goes. */
  constructor(chunk: Buffer, start: number, limit: number) {
    this.#chunk = chunk;
    this.start = start;
    this.end = Math.min(limit, start + WINDOW_SIZE);
  }

  /** Whether it is worth while to make one. */
  static pays(start: number, limit: number): boolean {
    return limit - start >= WORTHWHILE_FROM;
  }

  /** All of it, a character for each byte. */
  get text(): string {
    return (this.#text ??= this.#chunk.toString("latin1", this.start, this.end));
  }

  /** Where `wanted`, a character for each byte, is, in the chunk, from `from` on; -1 where it is not in this window. */
  indexOf(wanted: string, from: number): number {
    const found = this.text.indexOf(wanted, from - this.start);
    return found === -1 ? -1 : found + this.start;
  }

  has(start: number, end: number): boolean {
    return start >= this.start && end <= this.end;
  }

  /** The bytes from `start` to `end`, for whoever may keep them. */
  bytes(start: number, end: number): Buffer {
    this.#memory ??= this.#copy();
    return view(this.#memory, this.#origin + start, end - start);
  }

  /** The same as text, or `undefined` where that is not all in this window, or the window has other characters than those of ASCII. */
  ascii(start: number, end: number): string | undefined {
    if (start < this.start || end > this.end) return undefined;
    this.#isAscii ??= isAscii(this.#chunk.subarray(this.start, this.end));
    return this.#isAscii ? this.text.slice(start - this.start, end - this.start) : undefined;
  }

  #copy(): ArrayBufferLike {
    const { buffer, byteOffset } = copyBytes(this.#chunk, this.start, this.end);
    this.#origin = byteOffset - this.start;
    return buffer;
  }
}
