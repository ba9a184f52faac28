/**
 * The border between a stream transport, which is the same everywhere, and what moves its bytes: a `net.Socket`, a descriptor
 * of the native core, a simulated wire.
 */

import type { FileTransfer } from "./file-transfer.ts";

/** What a backend offers for one open stream. */
export interface StreamHandle {
  /** Sends the events to `events`, from now on. */
  connect(events: StreamEvents): void;
  /** How many bytes have been given to `send` and are not with the system yet. */
  readonly unsent: number;
  /** Takes pieces to be sent in order. They belong to the handle until they are sent. */
  send(pieces: readonly Uint8Array[]): void;
  /** Takes a copy of a piece, to be sent when the event that is dispatched is over, if it can; answers whether it did. */
  gather?(piece: Uint8Array): boolean;
  /** Sends a piece of a file when everything before it is sent; what is given to `send` later waits for it. Counts as unsent meanwhile. */
  sendFile?(file: FileTransfer): void;
  /** From now on calls `StreamEvents.drained` each time when everything is sent, not only after a back-up. */
  reportEachDrain(enabled: boolean): void;
  startReading(): void;
  stopReading(): void;
  /** Says that we will send no more, when everything is sent, and then calls `StreamEvents.writingEnded`. */
  endWriting(): void;
  /** Closes when everything is sent. */
  closeGracefully(): void;
  /** Closes now. */
  close(): void;
  /** Closes now, with a reset where there is such a thing. */
  reset(): void;
}

/** What a backend tells the transport. After `closed`, nothing. */
export interface StreamEvents {
  /** Who gets what is received, and may promise to keep nothing of it. */
  readonly protocol: { readonly borrowsData?: boolean };
  received(data: Buffer): void;
  /** The peer will send no more. */
  readingEnded(): void;
  /** What `endWriting` asked for has been done. */
  writingEnded(): void;
  /** Everything has been sent, after a time in which something could not be. */
  drained(): void;
  /** The stream is closed; `error` is what the system said, where it was not a clean end. */
  closed(error: Error | undefined): void;
}
