import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CancelledError } from "../../src/deferred/errors.ts";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { InvalidStateError } from "../../src/errors.ts";
import type { ReadableFile } from "../../src/protocol/chunk-reader.ts";
import { TransferStoppedError } from "../../src/protocol/errors.ts";
import { FileSender } from "../../src/protocol/file-sender.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import type { PullProducer } from "../../src/transport/producer.ts";

/** A file whose reads end when the test says so. */
class SlowFile implements ReadableFile {
  readonly #bytes: Buffer;
  #at = 0;
  #pending: {
    buffer: Buffer;
    length: number;
    resolve: (result: { bytesRead: number }) => void;
    reject: (error: Error) => void;
  }[] = [];

  constructor(text: string) {
    this.#bytes = Buffer.from(text);
  }

  get reads(): number {
    return this.#pending.length;
  }

  read(buffer: Buffer, _offset: number, length: number): Promise<{ bytesRead: number }> {
    return new Promise((resolve, reject) => this.#pending.push({ buffer, length, resolve, reject }));
  }

  /** Ends the read that is going on. */
  async answer(): Promise<void> {
    const { buffer, length, resolve } = this.#pending.shift()!;
    const bytesRead = this.#bytes.copy(buffer, 0, this.#at, this.#at + length);
    this.#at += bytesRead;
    resolve({ bytesRead });
    await settled();
  }

  async fail(error: Error): Promise<void> {
    this.#pending.shift()!.reject(error);
    await settled();
  }
}

/** Lets the promises that are resolved have their effect. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
}

function begin(
  file: SlowFile | string,
  chunkSize = 5,
  transform?: (chunk: Buffer) => string | Uint8Array,
): { sender: FileSender; consumer: StringTransport; done: Deferred<Buffer> } {
  const sender = new FileSender();
  sender.CHUNK_SIZE = chunkSize;
  const consumer = new StringTransport();
  const source = typeof file === "string" ? Buffer.from(file) : file;
  return { sender, consumer, done: sender.beginFileTransfer(source, consumer, transform) };
}

test("FileSender, registers itself as a pull producer", () => {
  const { sender, consumer } = begin("hello");
  assert.equal(consumer.producer, sender);
  assert.equal(consumer.streaming, false);
});

test("FileSender, sends a chunk each time it is asked, and gives the last byte", () => {
  const { sender, consumer, done } = begin("hello, world");
  for (const sent of ["hello", "hello, wor", "hello, world"]) {
    sender.resumeProducing();
    assert.equal(consumer.value(), sent);
    assertNoResult(done);
  }
  sender.resumeProducing();
  assert.equal(successResultOf(done).toString(), "d");
  assert.equal(consumer.producer, null);
  sender.resumeProducing();
  assert.equal(consumer.value(), "hello, world");
});

test("FileSender, gives no last byte, for an empty file", () => {
  const { sender, consumer, done } = begin("");
  sender.resumeProducing();
  assert.equal(successResultOf(done).length, 0);
  assert.equal(consumer.producer, null);
});

test("FileSender, reads one chunk ahead, and no more", async () => {
  const file = new SlowFile("hello, world");
  const { sender, consumer, done } = begin(file);
  assert.equal(file.reads, 0);
  sender.resumeProducing();
  sender.resumeProducing();
  assert.equal(file.reads, 1);
  await file.answer();
  assert.equal(consumer.value(), "hello");
  assert.equal(file.reads, 1);
  await file.answer();
  assert.equal(consumer.value(), "hello");
  assert.equal(file.reads, 0);
  sender.resumeProducing();
  assert.equal(consumer.value(), "hello, wor");
  assert.equal(file.reads, 1);
  sender.resumeProducing();
  await file.answer();
  assert.equal(consumer.value(), "hello, world");
  await file.answer();
  assertNoResult(done);
  sender.resumeProducing();
  assert.equal(successResultOf(done).toString(), "d");
});

test("FileSender, sends what transform makes of the chunks, and the last byte of that", () => {
  const upper = begin("hello, world", 5, (chunk) => chunk.toString().toUpperCase());
  const umlaut = begin("hello, world", 5, (chunk) => Buffer.from(`${chunk.toString()}ü`));
  for (let asked = 0; asked < 4; asked++) {
    upper.sender.resumeProducing();
    umlaut.sender.resumeProducing();
  }
  assert.equal(upper.consumer.value(), "HELLO, WORLD");
  assert.equal(successResultOf(upper.done).toString(), "D");
  assert.equal(umlaut.consumer.value(), "helloü, worüldü");
  assert.deepEqual(successResultOf(umlaut.done), Buffer.from("ü").subarray(1));
});

test("FileSender, goes on to the next chunk, where transform makes nothing of one", () => {
  const text = `${"-".repeat(20_000)}end`;
  const { sender, consumer, done } = begin(text, 1, (chunk) => (chunk.toString() === "-" ? "" : chunk));
  sender.resumeProducing();
  assert.equal(consumer.value(), "e");
  for (let asked = 0; asked < 3; asked++) sender.resumeProducing();
  assert.equal(consumer.value(), "end");
  assert.equal(successResultOf(done).toString(), "d");
});

test("FileSender, may be asked for the next chunk while it gives one", () => {
  class Greedy extends StringTransport {
    override registerProducer(producer: PullProducer, streaming: boolean): void {
      super.registerProducer(producer, streaming);
      producer.resumeProducing();
    }

    override write(data: string | Uint8Array): void {
      super.write(data);
      this.producer?.resumeProducing();
    }
  }
  const sender = new FileSender();
  sender.CHUNK_SIZE = 1;
  const consumer = new Greedy();
  const text = "hello, world ".repeat(1000);
  const done = sender.beginFileTransfer(Buffer.from(text), consumer);
  assert.equal(successResultOf(done).toString(), " ");
  assert.equal(consumer.value(), text);
});

test("FileSender, can send one file after the other, but not two at once", () => {
  const { sender, consumer, done } = begin("a");
  const other = new StringTransport();
  assert.throws(() => sender.beginFileTransfer(Buffer.from("b"), other), InvalidStateError);
  assert.equal(other.producer, null);
  sender.resumeProducing();
  sender.resumeProducing();
  assert.equal(successResultOf(done).toString(), "a");
  const next = sender.beginFileTransfer(Buffer.from("b"), consumer);
  sender.resumeProducing();
  sender.resumeProducing();
  assert.equal(successResultOf(next).toString(), "b");
  assert.equal(consumer.value(), "ab");
});

test("FileSender, refuses chunks of no size", () => {
  for (const wrong of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => begin("a", wrong), {
      name: "RangeError",
      message: `Cannot read ${wrong} bytes at a time: expected a whole number, 1 or more`,
    });
  }
});

test("FileSender, refuses what cannot be read, and registers nothing", () => {
  const sender = new FileSender();
  const consumer = new StringTransport();
  assert.throws(() => sender.beginFileTransfer("file.txt" as unknown as Buffer, consumer), TypeError);
  assert.equal(consumer.producer, null);
  successResultOf(start(sender, consumer));
});

function start(sender: FileSender, consumer: StringTransport): Deferred<Buffer> {
  const done = sender.beginFileTransfer(Buffer.of(), consumer);
  sender.resumeProducing();
  return done;
}

test("FileSender, fails with the error, when reading fails, and leaves the consumer", async () => {
  const file = new SlowFile("hello, world");
  const { sender, consumer, done } = begin(file);
  sender.resumeProducing();
  await file.answer();
  await file.fail(new RangeError("broken"));
  assert.equal(failureResultOf(done, RangeError).getErrorMessage(), "broken");
  assert.equal(consumer.value(), "hello");
  assert.equal(consumer.producer, null);
  successResultOf(start(sender, consumer));
});

test("FileSender, fails with the error, when transform or the consumer throws", () => {
  const transforming = begin("hello", 5, () => {
    throw new RangeError("broken");
  });
  transforming.sender.resumeProducing();
  failureResultOf(transforming.done, RangeError);
  assert.equal(transforming.consumer.producer, null);

  const consuming = begin("hello");
  consuming.consumer.write = () => {
    throw new RangeError("broken");
  };
  consuming.sender.resumeProducing();
  failureResultOf(consuming.done, RangeError);
  assert.equal(consuming.consumer.producer, null);
});

test("FileSender.stopProducing, fails the transfer", () => {
  const { sender, consumer, done } = begin("hello, world");
  sender.resumeProducing();
  sender.stopProducing();
  sender.stopProducing();
  sender.resumeProducing();
  failureResultOf(done, TransferStoppedError);
  assert.equal(consumer.value(), "hello");
});

test("FileSender.stopProducing, fails the transfer when nobody is reading the file any more", async () => {
  const file = new SlowFile("hello, world");
  const { sender, consumer, done } = begin(file);
  sender.resumeProducing();
  sender.stopProducing();
  sender.stopProducing();
  sender.resumeProducing();
  assertNoResult(done);
  await file.answer();
  failureResultOf(done, TransferStoppedError);
  assert.equal(consumer.value(), "");
});

test("FileSender.stopProducing, may be called while it gives a chunk, and while it registers", () => {
  const { sender, consumer, done } = begin("hello, world");
  consumer.write = () => sender.stopProducing();
  sender.resumeProducing();
  failureResultOf(done, TransferStoppedError);

  const closed = new StringTransport();
  closed.registerProducer = (producer: PullProducer) => producer.stopProducing();
  failureResultOf(sender.beginFileTransfer(Buffer.from("hello"), closed), TransferStoppedError);
});

test("FileSender, stops sending and leaves the consumer, when the Deferred is cancelled", async () => {
  const file = new SlowFile("hello, world");
  const { sender, consumer, done } = begin(file);
  sender.resumeProducing();
  done.cancel();
  failureResultOf(done, CancelledError);
  assert.equal(consumer.producer, null);
  await file.answer();
  sender.resumeProducing();
  assert.equal(consumer.value(), "");
  successResultOf(start(sender, consumer));
});

test("FileSender, can be cancelled between a stop and the end of the last read", async () => {
  const file = new SlowFile("hello, world");
  const { sender, consumer, done } = begin(file);
  sender.resumeProducing();
  sender.stopProducing();
  consumer.unregisterProducer();
  done.cancel();
  failureResultOf(done, CancelledError);
  await file.fail(new RangeError("broken"));
  successResultOf(start(sender, consumer));
});

test("FileSender, sends every byte in order, whatever the sizes, and whenever reads end", async () => {
  const turns = fc.array(fc.boolean(), { minLength: 200, maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(
      fc.string({ maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      turns,
      async (text, size, order) => {
        const file = new SlowFile(text);
        const { sender, consumer, done } = begin(file, size);
        for (const reading of order) {
          if (!reading) sender.resumeProducing();
          else if (file.reads > 0) await file.answer();
          assert.ok(file.reads <= 1);
        }
        while (consumer.producer !== null) {
          sender.resumeProducing();
          if (file.reads > 0) await file.answer();
        }
        assert.equal(consumer.value(), text);
        assert.deepEqual(successResultOf(done), Buffer.from(text).subarray(-1));
      },
    ),
    { numRuns: 50 },
  );
});
