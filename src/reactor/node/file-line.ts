/**
 * The order of files and what is written after them, for a socket of Node: while a file is being read and written, a chunk at a time, everything else
 * that is to be sent waits here.
 */
import { read } from "node:fs";
import type { Writable } from "node:stream";
import type { FileTransfer } from "../../transport/file-transfer.ts";

const CHUNK_SIZE = 64 * 1024;

type Item = readonly Uint8Array[] | FileTransfer | (() => void);

export class FileLine {
  readonly #socket: Writable;
  readonly #send: (pieces: readonly Uint8Array[]) => void;
  readonly #emptied: () => void;
  #items: Item[] = [];
  #busy = false;
  #unsent = 0;

  /** `send` sends what has waited; `emptied` is called when nothing waits any more. */
  constructor(socket: Writable, send: (pieces: readonly Uint8Array[]) => void, emptied: () => void) {
    this.#socket = socket;
    this.#send = send;
    this.#emptied = emptied;
  }

  /** Whether what is to be sent has to wait here. */
  get occupied(): boolean {
    return this.#busy;
  }

  get unsent(): number {
    return this.#unsent;
  }

  /** Puts a file, pieces, or something to be done, at the end of the line. */
  add(item: Item): void {
    this.#items.push(item);
    this.#unsent += lengthOf(item);
    if (!this.#busy) this.#advance();
  }

  #advance(): void {
    while (this.#items.length > 0) {
      const item = this.#items.shift()!;
      if (typeof item === "function") item();
      else if ("fd" in item) {
        this.#busy = true;
        this.#next(item);
        return;
      } else {
        this.#unsent -= lengthOf(item);
        this.#send(item);
      }
    }
    this.#emptied();
  }

  #next(file: FileTransfer): void {
    if (this.#socket.destroyed) {
      // The connection says to all transfers why.
      this.#items = [];
      this.#unsent = 0;
      return;
    }
    if (!file.isOver && file.left > 0) {
      this.#read(file);
      return;
    }
    file.finish();
    this.#unsent -= file.left;
    this.#busy = false;
    this.#advance();
  }

  #read(file: FileTransfer): void {
    const chunk = Buffer.allocUnsafe(Math.min(file.left, CHUNK_SIZE));
    file.setReading(true);
    read(file.fd, chunk, 0, chunk.length, file.position, (error, count) => {
      file.setReading(false);
      if (error !== null) file.fail(error);
      else if (count === 0) file.endedEarly();
      if (file.isOver || this.#socket.destroyed) {
        this.#next(file);
        return;
      }
      file.advance(count);
      this.#socket.write(chunk.subarray(0, count), () => {
        this.#unsent -= count;
        this.#next(file);
      });
    });
  }
}

function lengthOf(item: Item): number {
  if (typeof item === "function") return 0;
  return "fd" in item ? item.left : item.reduce((total, { length }) => total + length, 0);
}
