/**
 * A lock between processes, kept as a symbolic link whose target is the process id of its owner: making a link is atomic, and
 * fails where there is one. A link whose owner does not live any more is stale and is removed.
 */
import { readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { InvalidStateError } from "../errors.ts";

/** How often `lock` looks again when the link changes hands while it looks. */
const MOST_ATTEMPTS = 100;

/**
 * @example
 * const lock = new FilesystemLock(`${process.env["TMPDIR"] ?? "/tmp"}/hawser-example-${process.pid}.lock`);
 * assert.equal(lock.lock(), true);
 * lock.unlock();
 */
export class FilesystemLock {
  /** The path of the link. */
  readonly name: string;
  #locked = false;
  #clean: boolean | undefined = undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Whether this object holds the lock. */
  get locked(): boolean {
    return this.#locked;
  }

  /** After `lock` succeeded: whether the last owner had released it, and did not just die. */
  get clean(): boolean | undefined {
    return this.#clean;
  }

  /** Takes the lock if it is free or stale; answers whether it did. */
  lock(): boolean {
    let clean = true;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (this.#makeLink()) {
        this.#locked = true;
        this.#clean = clean;
        return true;
      }
      const owner = this.#readOwner();
      if (owner === undefined) continue;
      if (isAlive(owner)) return false;
      this.#removeLink();
      clean = false;
    }
    return false;
  }

  /** Releases the lock. Throws `InvalidStateError` where another process holds it. */
  unlock(): void {
    const owner = this.#readOwner();
    if (owner !== process.pid) {
      const state = owner === undefined ? "it is free" : `process ${owner} holds it`;
      throw new InvalidStateError(`Cannot unlock "${this.name}": ${state}, expected this process to hold it`);
    }
    this.#removeLink();
    this.#locked = false;
  }

  #makeLink(): boolean {
    try {
      symlinkSync(String(process.pid), this.name);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  #readOwner(): number | undefined {
    let target: string;
    try {
      target = readlinkSync(this.name);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
    const owner = Number(target);
    if (Number.isInteger(owner) && owner > 0) return owner;
    throw new InvalidStateError(
      `Cannot use the lock "${this.name}": it names the owner "${target}", expected a process id`,
    );
  }

  #removeLink(): void {
    try {
      unlinkSync(this.name);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
}

/** Whether the lock of this name is held by a process that lives. */
export function isLocked(name: string): boolean {
  const lock = new FilesystemLock(name);
  const taken = lock.lock();
  if (taken) lock.unlock();
  return !taken;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
