/**
 * Descriptors as streams of Node, whatever they are: terminals, pipes, sockets, files. The standard ones are the streams that the process has of
 * them already, for two streams that read one descriptor take from each other.
 */
import { createReadStream, createWriteStream, fstatSync } from "node:fs";
import type { Stats } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { ReadStream, WriteStream, isatty } from "node:tty";
import { inspect } from "node:util";

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const HIGHEST = 2 ** 31 - 1;

/**
 * `readable` and `writable` as streams, where they are descriptors; the streams close those. Throws a `TypeError` for a descriptor that is not open
 * or that is a folder, and a `RangeError` for a number that is none.
 */
export function streamsOf(
  readable: Readable | number,
  writable: Writable | number,
): { readonly readable: Readable; readonly writable: Writable } {
  // Both are looked at before the first is opened: what throws leaves things as they were.
  const from = typeof readable === "number" ? statOf("read from", readable) : undefined;
  const to = typeof writable === "number" ? statOf("write to", writable) : undefined;
  if (readable === writable && from?.isSocket() === true) {
    const socket = new Socket({ fd: readable, allowHalfOpen: true });
    return { readable: socket, writable: socket };
  }
  return {
    readable: typeof readable === "number" ? readableOf(readable, from!) : readable,
    writable: typeof writable === "number" ? writableOf(writable, to!) : writable,
  };
}

function readableOf(fd: number, stats: Stats): Readable {
  if (fd === STDIN) return process.stdin;
  if (isatty(fd)) return new ReadStream(fd);
  if (stats.isFIFO() || stats.isSocket()) return new Socket({ fd, readable: true, writable: false });
  return createReadStream("", { fd });
}

function writableOf(fd: number, stats: Stats): Writable {
  if (fd === STDOUT) return process.stdout;
  if (fd === STDERR) return process.stderr;
  if (isatty(fd)) return new WriteStream(fd);
  if (stats.isFIFO() || stats.isSocket()) return new Socket({ fd, readable: false, writable: true });
  return createWriteStream("", { fd });
}

function statOf(what: string, fd: number): Stats {
  if (!Number.isInteger(fd) || fd < 0 || fd > HIGHEST) {
    throw new RangeError(`Cannot ${what} the descriptor ${inspect(fd)}: expected an integer from 0 to ${HIGHEST}`);
  }
  let stats: Stats;
  try {
    stats = fstatSync(fd);
  } catch (error) {
    throw new TypeError(`Cannot ${what} the descriptor ${fd}: ${(error as Error).message}, expected an open one`, {
      cause: error,
    });
  }
  if (!stats.isDirectory()) return stats;
  throw new TypeError(
    `Cannot ${what} the descriptor ${fd}: it is a folder, expected a terminal, a pipe, a socket or a file`,
  );
}
