/**
 * Sends a file to a consumer, a chunk at a time, as fast as the consumer takes them.
 *
 * While the consumer sends a chunk, the next one is being read: there are two in memory then, and neither the network nor the disk
 * waits for the other.
 */
import { inspect } from "node:util";
import { Deferred } from "../deferred/deferred.ts";
import { InvalidStateError } from "../errors.ts";
import type { Consumer, PullProducer } from "../transport/producer.ts";
import { chunkReader } from "./chunk-reader.ts";
import type { ChunkReader, FileSource } from "./chunk-reader.ts";
import { TransferStoppedError } from "./errors.ts";

/** Makes something else of a chunk. What is empty is not sent. */
export type FileTransform = (chunk: Buffer) => string | Uint8Array;

const CHUNK_SIZE = 64 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

interface Transfer {
  readonly read: ChunkReader;
  readonly consumer: Consumer;
  readonly transform: FileTransform | undefined;
  readonly done: Deferred<Buffer>;
  /** Whether a chunk is being read. */
  reading: boolean;
  /** The chunk that has been read and not been sent. */
  chunk: Buffer | undefined;
  /** Whether the consumer waits for a chunk. */
  wanted: boolean;
  /** Whether a chunk is being sent. */
  sending: boolean;
  stopped: boolean;
  lastSent: Buffer;
}

/**
 * A pull producer that registers itself with the consumer. It reads the file from where it stands, and does not close it. Before you
 * close a file descriptor, wait for the Deferred: after `cancel` the runtime may be reading still, which a `FileHandle` waits for by itself.
 *
 * @example
 * let sent = "";
 * const consumer = {
 *   registerProducer(): void {},
 *   unregisterProducer(): void {},
 *   write(data: string | Uint8Array): void {
 *     sent += data.toString();
 *   },
 * };
 * const sender = new FileSender();
 * sender.beginFileTransfer(Buffer.from("hello"), consumer).addCallback((last) => assert.equal(last.toString(), "o"));
 * sender.resumeProducing();
 * sender.resumeProducing();
 * assert.equal(sent, "hello");
 */
export class FileSender implements PullProducer {
  /** How many bytes are read at a time. */
  CHUNK_SIZE: number = CHUNK_SIZE;
  #transfer: Transfer | undefined = undefined;

  /**
   * Sends what is left in `file`. The Deferred gives the last byte that was sent, none for an empty file. It fails with the error of
   * reading or of `transform`, and with `TransferStoppedError` if the consumer stops it. Throws `InvalidStateError` during a transfer.
   */
  beginFileTransfer(file: FileSource, consumer: Consumer, transform?: FileTransform): Deferred<Buffer> {
    if (this.#transfer !== undefined) {
      throw new InvalidStateError("Cannot begin a transfer: one is going on, expected it to have ended");
    }
    if (!(Number.isSafeInteger(this.CHUNK_SIZE) && this.CHUNK_SIZE > 0)) {
      throw new RangeError(
        `Cannot read ${inspect(this.CHUNK_SIZE)} bytes at a time: expected a whole number, 1 or more`,
      );
    }
    const done = new Deferred<Buffer>(() => this.#cancelled(transfer));
    const transfer: Transfer = {
      read: chunkReader(file),
      consumer,
      transform,
      done,
      reading: false,
      chunk: undefined,
      wanted: false,
      sending: false,
      stopped: false,
      lastSent: NOTHING,
    };
    this.#transfer = transfer;
    consumer.registerProducer(this, false);
    return done;
  }

  resumeProducing(): void {
    const transfer = this.#transfer;
    if (transfer === undefined || transfer.stopped) return;
    transfer.wanted = true;
    this.#advance(transfer);
  }

  stopProducing(): void {
    const transfer = this.#transfer;
    if (transfer === undefined || transfer.stopped) return;
    transfer.stopped = true;
    // Whoever hears of the end closes the file, so nobody may be reading it.
    if (!transfer.reading) this.#stopped(transfer);
  }

  /** Sends what is wanted as far as it is there, and sees to it that the next chunk is read. */
  #advance(transfer: Transfer): void {
    // A consumer may ask for the next chunk while it is given one.
    if (transfer.sending) return;
    transfer.sending = true;
    try {
      while (this.#transfer === transfer && !transfer.stopped) {
        if (transfer.chunk === undefined && !transfer.reading) this.#read(transfer);
        if (transfer.chunk === undefined || !transfer.wanted) break;
        this.#send(transfer, transfer.chunk);
      }
    } catch (error) {
      this.#failed(transfer, error);
    }
    transfer.sending = false;
  }

  #read(transfer: Transfer): void {
    transfer.reading = true;
    transfer.read(this.CHUNK_SIZE, (error, chunk) => {
      transfer.reading = false;
      if (this.#transfer !== transfer) return;
      transfer.chunk = chunk;
      if (transfer.stopped) this.#stopped(transfer);
      else if (error !== undefined) this.#failed(transfer, error);
      else this.#advance(transfer);
    });
  }

  #send(transfer: Transfer, chunk: Buffer): void {
    const { consumer, transform } = transfer;
    if (chunk.length === 0) {
      this.#transfer = undefined;
      consumer.unregisterProducer();
      transfer.done.callback(transfer.lastSent);
      return;
    }
    transfer.chunk = undefined;
    const data = transform === undefined ? chunk : transform(chunk);
    if (data.length === 0) return;
    transfer.wanted = false;
    transfer.lastSent = lastByteOf(data);
    consumer.write(data);
  }

  #stopped(transfer: Transfer): void {
    this.#transfer = undefined;
    transfer.done.errback(
      new TransferStoppedError("Cannot send the rest of the file: the consumer stopped the transfer"),
    );
  }

  #failed(transfer: Transfer, error: unknown): void {
    if (this.#transfer !== transfer) return;
    this.#transfer = undefined;
    if (!transfer.stopped) transfer.consumer.unregisterProducer();
    transfer.done.errback(error);
  }

  #cancelled(transfer: Transfer): void {
    this.#transfer = undefined;
    if (!transfer.stopped) transfer.consumer.unregisterProducer();
  }
}

function lastByteOf(data: string | Uint8Array): Buffer {
  // A copy: the byte is not to keep the chunk alive.
  return typeof data === "string" ? Buffer.from(data).subarray(-1) : Buffer.from(data.subarray(-1));
}
