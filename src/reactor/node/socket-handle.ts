/** A `net.Socket` as the handle of a stream connection. */
import { AsyncResource } from "node:async_hooks";
import type { Socket } from "node:net";
import type { FileTransfer } from "../../transport/file-transfer.ts";
import type { StreamEvents, StreamHandle } from "../../transport/stream-handle.ts";
import { FileLine } from "./file-line.ts";

/** Below this many bytes, pieces are copied together: cheaper than the parts of one large write. */
const COPY_LIMIT = 64 * 1024;

export class SocketHandle implements StreamHandle {
  readonly #socket: Socket;
  #events: StreamEvents | undefined = undefined;
  #error: Error | undefined = undefined;
  #reportsEachDrain = false;
  /** How many sends have not been reported as done. */
  #unreported = 0;
  #files: FileLine | undefined = undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Sends the socket's events to `events`, from now on, in the asynchronous context of the first call: sockets that a port accepts have none. */
  connect(events: StreamEvents): void {
    const isFirst = this.#events === undefined;
    this.#events = events;
    if (isFirst) this.#listen();
  }

  #listen(): void {
    const socket = this.#socket;
    const context = new AsyncResource("HAWSERSOCKET");
    const received = (data: Buffer): void => this.#events!.received(data);
    socket.on("data", (data: Buffer) => context.runInAsyncScope(received, undefined, data));
    socket.on("end", () => context.runInAsyncScope(() => this.#events!.readingEnded()));
    socket.on("drain", () => {
      if (this.#reportsEachDrain || this.#files?.occupied === true) return;
      context.runInAsyncScope(() => this.#events!.drained());
    });
    socket.on("error", (error) => (this.#error = error));
    socket.on("close", () => context.runInAsyncScope(() => this.#events!.closed(this.#error)));
    // A listener for "data" makes the socket flow; reading begins when the protocol is connected.
    socket.pause();
  }

  get unsent(): number {
    return this.#socket.writableLength + (this.#files?.unsent ?? 0);
  }

  send(pieces: readonly Uint8Array[]): void {
    if (this.#files?.occupied === true) this.#files.add(pieces);
    else this.#send(pieces);
  }

  sendFile(file: FileTransfer): void {
    this.#files ??= new FileLine(
      this.#socket,
      (pieces) => this.#send(pieces),
      () => {
        if (!this.#reportsEachDrain || this.#unreported === 0) this.#events?.drained();
      },
    );
    this.#files.add(file);
  }

  #send(pieces: readonly Uint8Array[]): void {
    let last: (() => void) | undefined;
    if (this.#reportsEachDrain) {
      last = this.#reportDrain;
      this.#unreported++;
    }
    if (pieces.length === 1) {
      this.#socket.write(pieces[0]!, last);
      return;
    }
    let total = 0;
    for (const piece of pieces) total += piece.length;
    if (total <= COPY_LIMIT) {
      this.#socket.write(Buffer.concat(pieces, total), last);
      return;
    }
    this.#socket.cork();
    for (const [index, piece] of pieces.entries()) {
      this.#socket.write(piece, index === pieces.length - 1 ? last : undefined);
    }
    this.#socket.uncork();
  }

  reportEachDrain(enabled: boolean): void {
    this.#reportsEachDrain = enabled;
  }

  startReading(): void {
    this.#socket.resume();
  }

  stopReading(): void {
    this.#socket.pause();
  }

  endWriting(): void {
    if (this.#files?.occupied === true) this.#files.add(() => this.endWriting());
    else this.#socket.end(() => this.#events?.writingEnded());
  }

  closeGracefully(): void {
    if (this.#files?.occupied === true) this.#files.add(() => this.closeGracefully());
    else this.#socket.destroySoon();
  }

  close(): void {
    this.#socket.destroy();
  }

  reset(): void {
    // Only TCP knows resets.
    if (this.#socket.remoteFamily === undefined) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  setNoDelay(enabled: boolean): void {
    this.#socket.setNoDelay(enabled);
  }

  setKeepAlive(enabled: boolean): void {
    this.#socket.setKeepAlive(enabled);
  }

  /** The socket has an event of its own only for a drain after it was full. */
  readonly #reportDrain = (): void => {
    this.#unreported--;
    if (this.#unreported === 0 && this.#reportsEachDrain) this.#events?.drained();
  };
}
