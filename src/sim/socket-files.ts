/**
 * The UNIX sockets of a machine: which paths there are, who listens there, and who holds their locks. Files outlive the programs that made
 * them: nobody can listen on a path that is left over until it is removed, which the holder of its lock does.
 */
import { InvalidStateError } from "../errors.ts";
import type { SocketLock } from "../reactor/unix-lock.ts";
import type { StreamListener } from "./bound-sockets.ts";
import { systemError } from "./system-error.ts";

export class SocketFiles {
  /** `undefined` for a file that nobody listens on any more. */
  readonly #listeners: Map<string, StreamListener | undefined> = new Map();
  readonly #locked: Set<string> = new Set();

  bind(listener: StreamListener): void {
    if (this.#listeners.has(listener.path)) throw systemError("bind", "EADDRINUSE");
    this.#listeners.set(listener.path, listener);
  }

  unbind(listener: StreamListener): void {
    if (this.#listeners.get(listener.path) === listener) this.#listeners.delete(listener.path);
  }

  /** Who listens there, or why nobody can connect. */
  find(path: string): StreamListener | "ENOENT" | "ECONNREFUSED" {
    if (!this.#listeners.has(path)) return "ENOENT";
    return this.#listeners.get(path) ?? "ECONNREFUSED";
  }

  /** The programs have died. Abstract names, which begin with a zero, are no files, and vanish. */
  abandon(): void {
    for (const path of this.#listeners.keys()) {
      if (path.startsWith("\0")) this.#listeners.delete(path);
      else this.#listeners.set(path, undefined);
    }
    this.#locked.clear();
  }

  lock(path: string): SocketLock {
    let holds = false;
    return {
      take: () => {
        if (this.#locked.has(path)) {
          throw new InvalidStateError(`"${path}.lock" is held by another program, expected it to be free`);
        }
        this.#locked.add(path);
        holds = true;
        if (this.#listeners.has(path) && this.#listeners.get(path) === undefined) this.#listeners.delete(path);
      },
      release: () => {
        if (holds) this.#locked.delete(path);
        holds = false;
      },
    };
  }

  isLocked(path: string): boolean {
    return this.#locked.has(path);
  }
}
