/**
 * Bytes that have arrived and wait to be understood: chunks go in at one end, pieces of any length come out at the other.
 *
 * A chunk is kept as it is, and a piece that lies inside one chunk is a view of it, unless that would keep much more memory alive than the piece
 * has. Small chunks are copied together into blocks that grow with the queue, so a peer who sends byte by byte costs its bytes and not an
 * object for each. Nothing is copied more than a few times, however it was cut; and what has been given out is never written to again.
 *
 * A chunk may be borrowed: then pieces of it are copies, and what is left of it is copied when `own` is called.
 */
import { copyBytes } from "./copy-bytes.ts";
import { findBytes } from "./find-bytes.ts";
import type { Wanted } from "./find-bytes.ts";
import { view } from "./view.ts";
import { Window } from "./window.ts";

/** A chunk shorter than this is copied, unless it is the only one. */
const SMALL_CHUNK = 1024;
const SMALLEST_BLOCK = 256;
const LARGEST_BLOCK = 64 * 1024;
/** How much memory beyond its own a view may keep alive. */
const TOLERATED_WASTE = 8192;
/** A longer piece is copied by itself, not with what follows it. */
const LARGEST_IN_WINDOW = 2048;
/** Below this many bytes a loop is faster than a call of the runtime. */
const SHORT_COPY = 16;
/** How many places of taken chunks there are before they are given up. */
const FREE_PLACES = 64;

const NOTHING: Buffer = Buffer.alloc(0);

export class ByteQueue {
  #head: Buffer = NOTHING;
  /** Where the first byte of the queue is in `#head`. */
  #start = 0;
  /** The chunks behind `#head`, from `#next` on; the places before it are free. */
  readonly #rest: Buffer[] = [];
  #next = 0;
  /** Where the bytes of the last chunk end. Behind it, in a block of ours, is room for more; all other chunks are full. */
  #end = 0;
  #lastIsBlock = false;
  #length = 0;
  /** The last chunk, if it is borrowed. */
  #borrowed: Buffer | undefined = undefined;
  /** On the head. */
  #window: Window | undefined = undefined;

  /** How many bytes are in the queue. */
  get length(): number {
    return this.#length;
  }

  /** Adds `chunk` at the end. The queue may keep it, so it must not be written to again; or, if it is borrowed, not before `own` is called. */
  append(chunk: Buffer, borrowed = false): void {
    const size = chunk.length;
    if (size === 0) return;
    if (this.#borrowed !== undefined) this.own();
    if (this.#length === 0) {
      this.#setHead(chunk);
      this.#end = size;
      this.#lastIsBlock = false;
      if (borrowed) this.#borrowed = chunk;
    } else if (size <= this.#last().length - this.#end) {
      this.#end = copyInto(this.#last(), this.#end, chunk);
    } else if (size < SMALL_CHUNK || isWasteful(chunk.buffer.byteLength, size)) {
      this.#appendToNewBlock(chunk);
    } else {
      this.#push(chunk, size, false);
      if (borrowed) this.#borrowed = chunk;
    }
    this.#length += size;
  }

  /** Copies what is left of a borrowed chunk. */
  own(): void {
    const borrowed = this.#borrowed;
    this.#borrowed = undefined;
    this.#window = undefined;
    if (borrowed === undefined || this.#length === 0 || this.#last() !== borrowed) return;
    if (this.#next === this.#rest.length) {
      this.#moveToBlock(this.#length);
      return;
    }
    const block = newBlock(this.#end, this.#length);
    this.#end = copyInto(block, 0, borrowed);
    this.#rest[this.#rest.length - 1] = block;
    this.#lastIsBlock = true;
  }

  /** The byte at `index`, the first one being at 0. Throws a `RangeError` where there is none. */
  byteAt(index: number): number {
    if (!(index >= 0 && index < this.#length)) throw this.#tooFew(`look at the byte at ${index}`);
    let place = this.#start + index;
    let chunk = this.#head;
    for (let next = this.#next; place >= chunk.length; next++) {
      place -= chunk.length;
      chunk = this.#rest[next]!;
    }
    return chunk[place]!;
  }

  /** The index of the first place, `from` or behind it, where `wanted` is; -1 where there is none. `wanted` has at least one byte. */
  indexOf(wanted: Wanted, from = 0): number {
    const start = this.#start;
    const near = this.#findInWindow(wanted.text, start + from);
    if (near !== -1) return near - start;
    if (this.#next < this.#rest.length) return this.#indexOfInChunks(wanted.bytes, from);
    const found = findBytes(this.#head, start + from, this.#end, wanted.bytes);
    return found === -1 ? -1 : found - start;
  }

  /**
   * The next `count` bytes, which leave the queue. They may be kept; or, if that is not wanted, `lent`, looked at until the next call. Throws
   * a `RangeError` where there are fewer.
   */
  take(count: number, lent = false): Buffer {
    if (!(count >= 0 && count <= this.#length)) throw this.#tooFew(`take ${count} bytes`);
    const head = this.#head;
    const start = this.#start;
    const end = start + count;
    const headEnd = this.#headEnd();
    if (end > headEnd) return this.#join(count);
    const taken =
      !lent && (head === this.#borrowed || head.buffer.byteLength - count > TOLERATED_WASTE)
        ? this.#copyOfHead(start, end)
        : count === head.length
          ? head
          : view(head.buffer, head.byteOffset + start, count);
    this.#length -= count;
    if (end < headEnd) this.#start = end;
    else this.#nextChunk();
    return taken;
  }

  /**
   * The next `count` bytes as text, which leave the queue together with `dropped` more behind them; or `undefined`, and nothing leaves, where
   * that is not to be had at little cost.
   */
  takeAscii(count: number, dropped: number): string | undefined {
    const start = this.#start;
    const text = this.#window?.ascii(start, start + count);
    if (text !== undefined) this.skip(count + dropped);
    return text;
  }

  /** Everything, which leaves the queue. */
  takeAll(): Buffer {
    return this.take(this.#length);
  }

  /** Drops the next `count` bytes. Throws a `RangeError` where there are fewer. */
  skip(count: number): void {
    if (!(count >= 0 && count <= this.#length)) throw this.#tooFew(`skip ${count} bytes`);
    this.#length -= count;
    let end = this.#start + count;
    for (let headEnd = this.#headEnd(); end >= headEnd && headEnd > 0; headEnd = this.#headEnd()) {
      end -= headEnd;
      this.#nextChunk();
    }
    this.#start = end;
  }

  /**
   * Gives up memory that only bytes taken before occupy. To be called when the queue is about to wait: then the start of a message is
   * kept, and not the whole chunk that it arrived in.
   */
  trim(): void {
    if (this.#next < this.#rest.length) return;
    const length = this.#length;
    const memory = this.#lastIsBlock ? this.#head.length : this.#head.buffer.byteLength;
    if (length > 0 && isWasteful(memory, length)) this.#moveToBlock(length);
  }

  #setHead(chunk: Buffer): void {
    this.#head = chunk;
    this.#start = 0;
    this.#window = undefined;
  }

  /** Where `text` is in the head, from `place` on; -1 where it is not, or where the bytes have to be looked at for that. */
  #findInWindow(text: string, place: number): number {
    const end = this.#headEnd();
    const window = this.#window?.has(place, place) ? this.#window : this.#openWindow(place, end);
    const found = window?.indexOf(text, place) ?? -1;
    if (found !== -1 || window === undefined || window.end === end || window.start === place) return found;
    return this.#openWindow(place, end)?.indexOf(text, place) ?? -1;
  }

  #openWindow(start: number, end: number): Window | undefined {
    this.#window = Window.pays(start, end) ? new Window(this.#head, start, end) : undefined;
    return this.#window;
  }

  #copyOfHead(start: number, end: number): Buffer {
    if (end - start > LARGEST_IN_WINDOW) return copyBytes(this.#head, start, end);
    const window = this.#window?.has(start, end) ? this.#window : this.#openWindow(start, this.#headEnd());
    return window?.bytes(start, end) ?? copyBytes(this.#head, start, end);
  }

  #last(): Buffer {
    return this.#next === this.#rest.length ? this.#head : this.#rest[this.#rest.length - 1]!;
  }

  #headEnd(): number {
    return this.#next === this.#rest.length ? this.#end : this.#head.length;
  }

  /** Leaves the head behind. */
  #nextChunk(): void {
    if (this.#next === this.#rest.length) {
      this.#setHead(NOTHING);
      this.#end = 0;
      this.#lastIsBlock = false;
      return;
    }
    this.#setHead(this.#rest[this.#next]!);
    this.#rest[this.#next++] = NOTHING;
    if (this.#next === this.#rest.length) this.#rest.length = this.#next = 0;
    else if (this.#next >= FREE_PLACES && this.#next * 2 >= this.#rest.length) {
      this.#rest.splice(0, this.#next);
      this.#next = 0;
    }
  }

  /** Puts a chunk, of which `end` bytes are used, behind the last one, whose room is given up. */
  #push(chunk: Buffer, end: number, isBlock: boolean): void {
    const last = this.#last();
    if (this.#end < last.length) {
      const full = last.subarray(0, this.#end);
      if (this.#next === this.#rest.length) this.#head = full;
      else this.#rest[this.#rest.length - 1] = full;
    }
    this.#rest.push(chunk);
    this.#end = end;
    this.#lastIsBlock = isBlock;
  }

  #appendToNewBlock(chunk: Buffer): void {
    const size = this.#length + chunk.length;
    if (this.#next === this.#rest.length && this.#length < SMALL_CHUNK) {
      this.#moveToBlock(size);
      this.#end = copyInto(this.#head, this.#end, chunk);
      return;
    }
    const block = newBlock(chunk.length, size);
    this.#push(block, copyInto(block, 0, chunk), true);
  }

  /** Copies the head, which is the only chunk, into a block that has room for `size` bytes and more. */
  #moveToBlock(size: number): void {
    const block = newBlock(size, size);
    this.#end = this.#head.copy(block, 0, this.#start, this.#end);
    this.#setHead(block);
    this.#lastIsBlock = true;
  }

  #join(count: number): Buffer {
    const joined = Buffer.allocUnsafe(count);
    this.#length -= count;
    for (let at = 0; at < count;) {
      const end = Math.min(this.#start + count - at, this.#headEnd());
      at += this.#head.copy(joined, at, this.#start, end);
      if (end === this.#headEnd()) this.#nextChunk();
      else this.#start = end;
    }
    return joined;
  }

  #indexOfInChunks(wanted: Buffer, from: number): number {
    const rest = this.#rest;
    // Who waits for more searches the end of a long queue again and again, so that is where we begin to look for `from`.
    let next = rest.length;
    let chunk = rest[next - 1]!;
    /** The index, in the queue, of what is at 0 in the chunk. */
    let base = this.#length - this.#end;
    while (base > from && chunk !== this.#head) {
      next--;
      chunk = next === this.#next ? this.#head : rest[next - 1]!;
      base -= chunk.length;
    }
    let start = from - base;
    while (next < rest.length) {
      const end = chunk.length;
      const found = findBytes(chunk, start, end, wanted);
      if (found !== -1) return base + found;
      for (let at = Math.max(start, end - wanted.length + 1); at < end; at++) {
        if (this.#isAt(chunk, at, next, wanted)) return base + at;
      }
      base += end;
      start = 0;
      chunk = rest[next++]!;
    }
    const found = findBytes(chunk, start, this.#end, wanted);
    return found === -1 ? -1 : base + found;
  }

  /** Whether `wanted` is at `at` in `chunk` and goes on in the chunks that follow, the first of which is at `next`. */
  #isAt(chunk: Buffer, at: number, next: number, wanted: Buffer): boolean {
    for (const byte of wanted) {
      // A chunk has at least one byte.
      if (at === chunk.length) {
        const following = this.#rest[next++];
        if (following === undefined) return false;
        chunk = following;
        at = 0;
      }
      if (chunk === this.#last() && at === this.#end) return false;
      if (chunk[at++] !== byte) return false;
    }
    return true;
  }

  #tooFew(action: string): RangeError {
    return new RangeError(`Cannot ${action}: the queue has ${this.#length}, expected at least as many`);
  }
}

/** Whether `used` bytes keep alive so much more `memory` that a copy is better. */
function isWasteful(memory: number, used: number): boolean {
  return memory - used > TOLERATED_WASTE && memory > used * 4;
}

/** A block with room for `needed` bytes at least, and for more the longer the queue is. */
function newBlock(needed: number, queued: number): Buffer {
  const usual = Math.min(Math.max(queued * 2, SMALLEST_BLOCK), LARGEST_BLOCK);
  return Buffer.allocUnsafe(Math.max(usual, needed));
}

/** Copies `chunk` to `at` in `block`, and answers where it ends there. */
function copyInto(block: Buffer, at: number, chunk: Buffer): number {
  const size = chunk.length;
  if (size > SHORT_COPY) block.set(chunk, at);
  else for (let index = 0; index < size; index++) block[at + index] = chunk[index]!;
  return at + size;
}
