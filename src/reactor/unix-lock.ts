/** The lock file beside a UNIX socket: it says whether somebody listens there, or died and left the socket behind. */
import { unlinkSync } from "node:fs";
import { FilesystemLock } from "../deferred/filesystem-lock.ts";
import { InvalidStateError } from "../errors.ts";

/** What says that somebody listens on a UNIX socket. */
export interface SocketLock {
  /** Takes the lock, and removes a socket that was left behind. Throws where somebody listens there. */
  take(): void;
  release(): void;
}

export class UNIXLock implements SocketLock {
  readonly #path: string;
  readonly #lock: FilesystemLock;

  constructor(path: string) {
    this.#path = path;
    this.#lock = new FilesystemLock(`${path}.lock`);
  }

  take(): void {
    if (!this.#lock.lock()) {
      throw new InvalidStateError(`"${this.#lock.name}" is held by another process, expected it to be free`);
    }
    if (this.#lock.clean === true) return;
    try {
      unlinkSync(this.#path);
    } catch (error) {
      if ((error as { code?: unknown }).code !== "ENOENT") throw error;
    }
  }

  release(): void {
    if (this.#lock.locked) this.#lock.unlock();
  }
}
