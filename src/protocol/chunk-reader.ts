/** Reading files chunk by chunk, whatever a file is. */
import { read } from "node:fs";
import { inspect } from "node:util";

/** Something to read from, from where it stands: a `FileHandle` is one. */
export interface ReadableFile {
  /** Reads at most `length` bytes into `buffer` at `offset`, and says how many there were: none at the end. */
  read(buffer: Buffer, offset: number, length: number, position: null): PromiseLike<{ readonly bytesRead: number }>;
}

/** What can be read: a file descriptor, a file, or bytes that are in memory already. */
export type FileSource = number | ReadableFile | Uint8Array;

/** Called with a chunk, an empty one at the end, or with the error and an empty chunk. */
export type ChunkCallback = (error: unknown, chunk: Buffer) => void;

/** Reads at most `size` bytes, and answers once: at once for what is in memory. */
export type ChunkReader = (size: number, answer: ChunkCallback) => void;

const NOTHING: Buffer = Buffer.alloc(0);

/** What reads `source` from where it stands. Throws a `TypeError` for what is no source. */
export function chunkReader(source: FileSource): ChunkReader {
  if (typeof source === "number") return readerOfDescriptor(source);
  if (source instanceof Uint8Array) return readerOfBytes(source);
  if (typeof source?.read === "function") return readerOfFile(source);
  throw new TypeError(
    `Cannot read ${inspect(source, { depth: 0 })}: expected a file descriptor, a Uint8Array, or a file with a read method`,
  );
}

function readerOfDescriptor(fd: number): ChunkReader {
  return (size, answer) => {
    const buffer = Buffer.allocUnsafe(size);
    read(fd, buffer, 0, size, null, (error, bytesRead) => {
      if (error !== null) answer(error, NOTHING);
      else answer(undefined, buffer.subarray(0, bytesRead));
    });
  };
}

function readerOfFile(file: ReadableFile): ChunkReader {
  return (size, answer) => {
    const buffer = Buffer.allocUnsafe(size);
    file.read(buffer, 0, size, null).then(
      ({ bytesRead }) => answer(undefined, buffer.subarray(0, bytesRead)),
      (error: unknown) => answer(error, NOTHING),
    );
  };
}

function readerOfBytes(bytes: Uint8Array): ChunkReader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  return (size, answer) => {
    const chunk = buffer.subarray(start, start + size);
    start += chunk.length;
    answer(undefined, chunk);
  };
}
