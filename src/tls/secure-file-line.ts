/** What waits to be encrypted: pieces of files, and what was written behind them. A file is read as fast as the peer takes it. */
import type { FileTransfer } from "../transport/file-transfer.ts";

export class SecureFileLine {
  readonly #send: (pieces: readonly Uint8Array[]) => void;
  readonly #line: (FileTransfer | Uint8Array)[] = [];

  /** `send` encrypts. */
  constructor(send: (pieces: readonly Uint8Array[]) => void) {
    this.#send = send;
  }

  get occupied(): boolean {
    return this.#line.length > 0;
  }

  /** How many bytes wait. */
  get unsent(): number {
    let unsent = 0;
    for (const waiting of this.#line) unsent += waiting instanceof Uint8Array ? waiting.length : waiting.left;
    return unsent;
  }

  /** Adds a file, or pieces, at the end. */
  add(added: FileTransfer | readonly Uint8Array[]): void {
    if ("readNow" in added) this.#line.push(added);
    else this.#line.push(...added);
  }

  /** Sends what waits, in order, while there is room. */
  move(hasRoom: () => boolean): void {
    while (hasRoom()) {
      const first = this.#line[0];
      if (first === undefined) return;
      const piece = first instanceof Uint8Array ? first : first.readNow();
      // A file that has ended, or cannot be read, makes room for what is behind it.
      if (piece === undefined || piece === first) this.#line.shift();
      if (piece !== undefined) this.#send([piece]);
    }
  }
}
