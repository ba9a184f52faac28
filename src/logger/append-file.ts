/**
 * A file that is only ever added to, for logs.
 *
 * Appends are synchronous: when `append` returns, the bytes are the kernel's, and a program that dies on the next line has still said
 * what it had to say. A disk that is full must not stop the program: it is told of in one line on standard error per outage, and what
 * is appended meanwhile is lost. A line of which only a part could be written is ended before the next one.
 */
import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { inspect } from "node:util";
import { InvalidStateError } from "../errors.ts";
import type { LogOutput } from "./file-log-observer.ts";

/** The options of an `AppendFile`. */
export interface AppendFileOptions {
  /** The permissions of the file. Default: those it has, else those that the umask leaves. */
  readonly mode: number | undefined;
  /** Where trouble is told of. Default: standard error. */
  readonly errorStream: LogOutput | undefined;
}

const NEWLINE = Buffer.from("\n");

export class AppendFile {
  readonly path: string;
  readonly #errorStream: LogOutput | undefined;
  readonly #mode: number;
  #file: OpenFile | undefined;
  // What does not work at present: each outage is told of once.
  readonly #troubles = new Set<string>();
  #torn = false;

  constructor(path: string, options: AppendFileOptions) {
    this.path = path;
    this.#errorStream = options.errorStream;
    this.#file = openToAppend(path, options.mode);
    // What it is moved aside for gets the same permissions.
    this.#mode = options.mode ?? this.#file.mode;
  }

  get closed(): boolean {
    return this.#file === undefined;
  }

  /** Its length in bytes. */
  get size(): number {
    return this.#requireOpen("measure").size;
  }

  /** When something was last written to it before it was opened, in seconds since 1970; `undefined` where nothing was. */
  get modifiedBefore(): number | undefined {
    return this.#requireOpen("date").modifiedBefore;
  }

  /** Whether it can be moved aside: a device or a pipe cannot. */
  get movable(): boolean {
    return this.#requireOpen("look at").regular;
  }

  append(data: string | Uint8Array): void {
    const file = this.#requireOpen("write to");
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    this.attempt("write it, what is logged is lost until it works again", () => {
      if (this.#torn) file.size += writeSync(file.descriptor, NEWLINE);
      this.#torn = false;
      for (let written = 0; written < bytes.length;) {
        this.#torn = written > 0;
        const length = writeSync(file.descriptor, bytes, written);
        written += length;
        file.size += length;
      }
      this.#torn = false;
    });
  }

  /** Waits until what was appended is on the disk. */
  flush(): void {
    fsyncSync(this.#requireOpen("flush").descriptor);
  }

  /**
   * Moves the file to `path` and starts a new one. Where that fails, appending goes on as before.
   *
   * @param prepare what is to be done first
   * @returns whether it worked
   */
  moveTo(path: string, prepare: () => void): boolean {
    const old = this.#requireOpen("move");
    return this.attempt("move it aside, logging goes on in it", () => {
      prepare();
      renameSync(this.path, path);
      try {
        this.#file = openToAppend(this.path, this.#mode);
      } catch (error) {
        // Then the old file keeps its place as well as its lines.
        renameSync(path, this.path);
        throw error;
      }
      closeSync(old.descriptor);
    });
  }

  /**
   * Does `action`. If it fails, that is told of, unless it failed the last time too.
   *
   * @param what the action, as it follows "Cannot"
   * @returns whether it worked
   */
  attempt(what: string, action: () => void): boolean {
    try {
      action();
      this.#troubles.delete(what);
      return true;
    } catch (error) {
      this.#complain(what, error);
      return false;
    }
  }

  /** Opens the file anew, after another program has moved it aside. */
  reopen(): void {
    const old = this.#file;
    this.#file = openToAppend(this.path, this.#mode);
    if (old !== undefined) closeSync(old.descriptor);
  }

  /** Closes the file; no matter whether it is closed already. */
  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file.descriptor);
    this.#file = undefined;
  }

  #requireOpen(what: string): OpenFile {
    if (this.#file === undefined) {
      throw new InvalidStateError(
        `Cannot ${what} the log file ${inspect(this.path)}: it is closed, expected an open one`,
      );
    }
    return this.#file;
  }

  #complain(what: string, error: unknown): void {
    if (this.#troubles.has(what)) return;
    this.#troubles.add(what);
    try {
      (this.#errorStream ?? process.stderr).write(
        `Trouble with the log file ${this.path}: cannot ${what}: ${String(error)}\n`,
      );
    } catch {
      // Nobody is left to tell.
    }
  }
}

interface OpenFile {
  readonly descriptor: number;
  /** Whether it is a file in the narrow sense: no device, no pipe. */
  readonly regular: boolean;
  readonly mode: number;
  readonly modifiedBefore: number | undefined;
  size: number;
}

const TYPE_BITS = 0o170000;
const REGULAR_FILE = 0o100000;
const MODE_BITS = 0o7777;

function openToAppend(path: string, mode: number | undefined): OpenFile {
  const descriptor = openSync(path, "a", mode ?? 0o666);
  const { mode: found, mtimeMs, size } = fstatSync(descriptor);
  const regular = (found & TYPE_BITS) === REGULAR_FILE;
  const modifiedBefore = size > 0 ? mtimeMs / 1000 : undefined;
  const file = { descriptor, regular, mode: found & MODE_BITS, modifiedBefore, size };
  if (!regular || mode === undefined || mode === file.mode) return file;
  try {
    // The umask may have taken away what the mode grants.
    fchmodSync(descriptor, mode);
  } catch {
    // Somebody else's file, in which we may write: good enough.
  }
  return { ...file, mode };
}
