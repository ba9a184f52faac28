import assert from "node:assert/strict";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chunkReader } from "../../src/protocol/chunk-reader.ts";
import type { FileSource } from "../../src/protocol/chunk-reader.ts";

let folder: string;
let path: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "hawser-chunks-"));
  path = join(folder, "file");
  writeFileSync(path, "hello, world");
});

after(() => rm(folder, { recursive: true }));

/** Reads chunks up to the end. */
async function readAll(source: FileSource, size: number): Promise<string[]> {
  const read = chunkReader(source);
  const chunks: string[] = [];
  for (;;) {
    const chunk = await new Promise<Buffer>((resolve, reject) => {
      read(size, (error, bytes) => (error === undefined ? resolve(bytes) : reject(error)));
    });
    if (chunk.length === 0) return chunks;
    chunks.push(chunk.toString());
  }
}

test("chunkReader, reads a descriptor from where it stands", async () => {
  const fd = openSync(path, "r");
  try {
    assert.deepEqual(await readAll(fd, 5), ["hello", ", wor", "ld"]);
    assert.deepEqual(await readAll(fd, 5), []);
  } finally {
    closeSync(fd);
  }
});

test("chunkReader, reads a FileHandle from where it stands", async () => {
  const file = await open(path);
  try {
    await file.read(Buffer.alloc(7), 0, 7, null);
    assert.deepEqual(await readAll(file, 4), ["worl", "d"]);
  } finally {
    await file.close();
  }
});

test("chunkReader, reads bytes in memory, at once and without copies", () => {
  const bytes = Buffer.from("hello");
  const read = chunkReader(new Uint8Array(bytes.buffer, bytes.byteOffset, 5));
  const chunks: Buffer[] = [];
  for (let reads = 0; reads < 3; reads++) read(3, (_error, chunk) => chunks.push(chunk));
  assert.deepEqual(chunks.map(String), ["hel", "lo", ""]);
  assert.equal(chunks[0]!.buffer, bytes.buffer);
});

test("chunkReader, answers the error, where there is one", async () => {
  const write = openSync(path, "a");
  try {
    await assert.rejects(readAll(write, 5), { code: "EBADF" });
  } finally {
    closeSync(write);
  }
  const broken = { read: () => Promise.reject(new RangeError("broken")) };
  await assert.rejects(readAll(broken, 5), RangeError);
});

test("chunkReader, refuses what cannot be read", () => {
  for (const wrong of [null, undefined, "file.txt", {}, { read: 5 }]) {
    assert.throws(() => chunkReader(wrong as unknown as FileSource), {
      name: "TypeError",
      message: /^Cannot read .*: expected a file descriptor, a Uint8Array, or a file with a read method$/s,
    });
  }
});
