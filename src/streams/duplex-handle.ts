/**
 * A stream of Node as the handle of a stream connection: a Duplex, or a Readable and a Writable that belong together, such as standard input and
 * output.
 *
 * One side that closes before its end takes the other with it. When both are closed, the connection is.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { Transform } from "node:stream";
import type { Readable, Writable } from "node:stream";
import { FileLine } from "../reactor/node/file-line.ts";
import { stackless } from "../stackless.ts";
import { ConnectionLost } from "../transport/errors.ts";
import type { FileTransfer } from "../transport/file-transfer.ts";
import type { StreamEvents, StreamHandle } from "../transport/stream-handle.ts";

/** Below this many bytes, pieces are copied together: cheaper than the parts of one large write. */
const COPY_LIMIT = 64 * 1024;

/** What a socket has beside a stream. */
interface Resettable {
  readonly remoteFamily?: string | undefined;
  resetAndDestroy?(): void;
}

export class DuplexHandle implements StreamHandle {
  readonly #readable: Readable;
  readonly #writable: Writable;
  /** The sides that are not closed. */
  readonly #open: Set<Readable | Writable>;
  #events: StreamEvents | undefined = undefined;
  #error: Error | undefined = undefined;
  /** Whether it is us who close. */
  #isClosing = false;
  #hasEnded = false;
  #reportsEachDrain = false;
  /** How many sends have not been reported as done. */
  #unreported = 0;
  #files: FileLine | undefined = undefined;

  /** `readable` and `writable` may be the same stream. */
  constructor(readable: Readable, writable: Writable) {
    this.#readable = readable;
    this.#writable = writable;
    this.#open = new Set([readable, writable]);
  }

  connect(events: StreamEvents): void {
    const isFirst = this.#events === undefined;
    this.#events = events;
    if (isFirst) this.#listen();
  }

  #listen(): void {
    const readable = this.#readable;
    const inContext = AsyncLocalStorage.snapshot();
    const received = (data: Buffer): void => this.#events!.received(data);
    readable.on("data", (data: Uint8Array | string) => inContext(received, bufferOf(data, readable)));
    readable.on("end", () => inContext(() => this.#ended()));
    this.#writable.on("drain", () => {
      if (!this.#reportsEachDrain && this.#files?.occupied !== true) inContext(() => this.#events!.drained());
    });
    for (const side of this.#open) {
      side.on("error", (error: Error) => (this.#error ??= error));
      side.on("close", () => inContext(() => this.#sideClosed(side)));
    }
    // A listener for "data" makes the stream flow; reading begins when the protocol is connected.
    readable.pause();
    process.nextTick(() => inContext(() => this.#catchUp()));
  }

  /** Reports what happened to the streams before anybody listened. */
  #catchUp(): void {
    if (this.#readable.readableEnded) this.#ended();
    for (const side of this.#open) {
      if (!side.closed) continue;
      this.#error ??= side.errored ?? undefined;
      this.#sideClosed(side);
    }
  }

  get unsent(): number {
    return this.#writable.writableLength + (this.#files?.unsent ?? 0);
  }

  send(pieces: readonly Uint8Array[]): void {
    if (this.#files?.occupied === true) this.#files.add(pieces);
    else this.#send(pieces);
  }

  sendFile(file: FileTransfer): void {
    this.#files ??= new FileLine(
      this.#writable,
      (pieces) => this.#send(pieces),
      () => {
        if (!this.#reportsEachDrain || this.#unreported === 0) this.#events?.drained();
      },
    );
    this.#files.add(file);
  }

  #send(pieces: readonly Uint8Array[]): void {
    const writable = this.#writable;
    // What cannot be written is lost with the connection, whose end is under way.
    if (writable.destroyed || writable.writableEnded) return;
    let last: ((error?: Error | null) => void) | undefined;
    if (this.#reportsEachDrain) {
      last = this.#reportDrain;
      this.#unreported++;
    }
    if (pieces.length === 1) {
      writable.write(pieces[0]!, last);
      return;
    }
    let total = 0;
    for (const piece of pieces) total += piece.length;
    if (total <= COPY_LIMIT) {
      writable.write(Buffer.concat(pieces, total), last);
      return;
    }
    writable.cork();
    for (const [index, piece] of pieces.entries()) {
      writable.write(piece, index === pieces.length - 1 ? last : undefined);
    }
    writable.uncork();
  }

  reportEachDrain(enabled: boolean): void {
    this.#reportsEachDrain = enabled;
  }

  startReading(): void {
    this.#readable.resume();
  }

  stopReading(): void {
    this.#readable.pause();
  }

  endWriting(): void {
    if (this.#files?.occupied === true) {
      this.#files.add(() => this.endWriting());
      return;
    }
    this.#writable.end((error?: Error | null) => {
      if (error === undefined || error === null) this.#events?.writingEnded();
    });
  }

  closeGracefully(): void {
    if (this.#files?.occupied === true) {
      this.#files.add(() => this.closeGracefully());
      return;
    }
    this.#isClosing = true;
    // Called at once with an error where there is nothing to be sent any more.
    this.#writable.end(() => this.#finished());
  }

  close(): void {
    this.#isClosing = true;
    this.#destroy();
  }

  reset(): void {
    this.#isClosing = true;
    const socket = this.#writable as Resettable;
    // Only TCP knows resets.
    if (socket.remoteFamily !== undefined && socket.resetAndDestroy !== undefined) socket.resetAndDestroy();
    this.#destroy();
  }

  #finished(): void {
    const writable = this.#writable;
    if (!(writable instanceof Transform) || Object.is(writable, this.#readable)) {
      this.#destroy();
      return;
    }
    // What was written is with whoever reads the other side, and he may take his time: the stream closes when he is done.
    this.#readable.destroy();
    this.#sideClosed(writable);
  }

  #destroy(): void {
    this.#readable.destroy();
    this.#writable.destroy();
  }

  #ended(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#events!.readingEnded();
  }

  #sideClosed(side: Readable | Writable): void {
    if (!this.#open.delete(side)) return;
    const isWhole =
      (side !== this.#readable || this.#readable.readableEnded) &&
      (side !== this.#writable || this.#writable.writableFinished || this.#writable.writableLength === 0);
    if (!isWhole && !this.#isClosing) {
      this.#error ??= stackless(() => new ConnectionLost("The stream was closed before its end"));
    }
    if (this.#open.size === 0) {
      this.#events!.closed(this.#error);
      return;
    }
    const isExpected = side === this.#writable ? this.#writable.writableFinished : isWhole;
    if (!isExpected || this.#error !== undefined) this.#destroy();
  }

  /** The stream has an event of its own only for a drain after it was full. */
  readonly #reportDrain = (error?: Error | null): void => {
    this.#unreported--;
    if (error instanceof Error) return;
    if (this.#unreported === 0 && this.#reportsEachDrain) this.#events?.drained();
  };
}

/** What a stream gives as bytes: some give plain arrays, and those with an encoding text. */
function bufferOf(data: Uint8Array | string, readable: Readable): Buffer {
  if (typeof data === "string") return Buffer.from(data, readable.readableEncoding ?? "utf8");
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
