/**
 * A file that says which process a service is, and that there is only one.
 *
 * It is written beside its place and linked there, which fails where there is one: so it is never seen half-written, and two processes never both have
 * it. One that a dead process has left behind is moved aside first, and looked at again, for another process may have replaced it meanwhile.
 */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { inspect } from "node:util";
import { Logger } from "../logger/logger.ts";
import { PIDFileHeldError } from "./errors.ts";

const log = new Logger({ namespace: "hawser.application" });

const ATTEMPTS = 10;
const MODE = 0o644;

/**
 * @example
 * import { mkdtempSync, readFileSync } from "node:fs";
 * const path = `${mkdtempSync("/tmp/pid-file-")}/example.pid`;
 * const file = new PIDFile(path);
 * file.acquire();
 * assert.equal(readFileSync(path, "utf8"), `${process.pid}\n`);
 * file.release();
 */
export class PIDFile implements Disposable {
  readonly path: string;
  #isHeld = false;

  constructor(path: string) {
    if (typeof path !== "string" || path === "")
      throw new TypeError(`Cannot use the PID file ${inspect(path, { depth: 0 })}: expected a path`);
    this.path = path;
  }

  /** Whether this has the file. */
  get held(): boolean {
    return this.#isHeld;
  }

  /**
   * The process that the file names and that is there; `undefined` where there is no file, or it was left behind. Another program may have got the number of
   * a process that is dead: then that counts as being there.
   */
  runningProcess(): number | undefined {
    return runningProcessIn(this.path);
  }

  /** Takes the file. Throws `PIDFileHeldError` where a process that is there has it, and the system's error where it cannot be written. */
  acquire(): void {
    if (this.#isHeld) return;
    const own = `${this.path}.${process.pid}`;
    writeFileSync(own, `${process.pid}\n`, { mode: MODE });
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (tryToLink(own, this.path)) {
          this.#isHeld = true;
          return;
        }
        const holder = this.runningProcess();
        if (holder !== undefined) throw heldBy(this.path, holder);
        this.#moveAside();
      }
    } finally {
      unlinkSync(own);
    }
    throw heldBy(this.path, undefined);
  }

  /**
   * Removes the file, where this has it and it is still its own. Who may not any more, for he has given up his privileges, leaves it to be replaced by the
   * next who takes it.
   */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    try {
      if (readPID(this.path) === process.pid) unlinkSync(this.path);
    } catch (error) {
      if (codeOf(error) !== "EACCES" && codeOf(error) !== "EPERM") throw error;
      log.info("The PID file {path} stays: {reason}", { path: this.path, reason: (error as Error).message });
    }
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #moveAside(): void {
    const aside = `${this.path}.${process.pid}.stale`;
    try {
      renameSync(this.path, aside);
    } catch (error) {
      // Somebody was faster.
      if (codeOf(error) === "ENOENT") return;
      throw error;
    }
    // It is somebody's after all: he has taken it since it was looked at.
    if (runningProcessIn(aside) !== undefined) tryToLink(aside, this.path);
    unlinkSync(aside);
  }
}

function runningProcessIn(path: string): number | undefined {
  const pid = readPID(path);
  // After a restart of the machine, or in a container, a dead process may have had our number.
  return pid !== undefined && pid !== process.pid && isThere(pid) ? pid : undefined;
}

function readPID(path: string): number | undefined {
  try {
    const text = readFileSync(path, "latin1").trim();
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is another user's: it is there.
    return codeOf(error) === "EPERM";
  }
}

function tryToLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

function heldBy(path: string, pid: number | undefined): PIDFileHeldError {
  const holder = pid === undefined ? "others take it all the time" : `process ${pid} has it`;
  return new PIDFileHeldError(
    `Cannot take the PID file ${JSON.stringify(path)}: ${holder}, expected it to be free`,
    pid,
  );
}
