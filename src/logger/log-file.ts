/**
 * A log file that is moved aside when it has grown long enough: `name` to `name.1`, what was `name.1` to `name.2`, and so on.
 */
import { accessSync, constants, readdirSync, renameSync, unlinkSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { inspect } from "node:util";
import { AppendFile } from "./append-file.ts";
import type { LogOutput } from "./file-log-observer.ts";
import { LogReader } from "./log-reader.ts";

/** The options of a `LogFile`. */
export interface LogFileOptions {
  /** The length in bytes from which on the file is moved aside before it is written to; `null` for never. Default: 1,000,000. */
  readonly rotateLength?: number | null;
  /** How many old files are kept. Default: all. */
  readonly maxRotatedFiles?: number;
  /** The permissions of the file. Default: those it has, else those that the umask leaves. */
  readonly defaultMode?: number;
  /** Where trouble with the file is told of. Default: standard error. */
  readonly errorStream?: LogOutput;
}

const DEFAULT_ROTATE_LENGTH = 1_000_000;

/**
 * A log file that rotates by size.
 *
 * Lines are never lost or split by a rotation. Where the file cannot be moved, it goes on growing; where it cannot be written, the
 * program goes on: both are told of in a line on standard error.
 *
 * @example
 * import { mkdtempSync } from "node:fs";
 * const directory = mkdtempSync("/tmp/log-file-");
 * const file = new LogFile("example.log", directory, { rotateLength: 10, maxRotatedFiles: 3 });
 * for (const line of ["first line\n", "second line\n", "third line\n"]) file.write(line);
 * assert.deepEqual(file.listLogs(), [1, 2]);
 * file.close();
 */
export class LogFile {
  readonly name: string;
  readonly directory: string;
  readonly path: string;
  readonly rotateLength: number | null;
  readonly maxRotatedFiles: number | undefined;
  readonly #file: AppendFile;

  constructor(name: string, directory: string, options: LogFileOptions = {}) {
    const { rotateLength = DEFAULT_ROTATE_LENGTH, maxRotatedFiles } = options;
    requireCount(rotateLength ?? 0, 0, "rotate a log file at a length");
    requireCount(maxRotatedFiles ?? 1, 1, "keep a number of rotated log files");
    this.name = name;
    this.directory = directory;
    this.path = join(directory, name);
    this.rotateLength = rotateLength;
    this.maxRotatedFiles = maxRotatedFiles;
    this.#file = new AppendFile(this.path, { mode: options.defaultMode, errorStream: options.errorStream });
  }

  /**
   * The log file at a path.
   *
   * @example
   * import { mkdtempSync } from "node:fs";
   * const file = LogFile.fromFullPath(`${mkdtempSync("/tmp/log-file-")}/example.log`);
   * assert.equal(file.name, "example.log");
   * file.close();
   */
  static fromFullPath(filename: string, options: LogFileOptions = {}): LogFile {
    const path = resolve(filename);
    return new LogFile(basename(path), dirname(path), options);
  }

  /** Its length in bytes. */
  get size(): number {
    return this.#file.size;
  }

  get closed(): boolean {
    return this.#file.closed;
  }

  /** Whether the next write moves the file aside first. */
  shouldRotate(): boolean {
    return this.rotateLength !== null && this.rotateLength > 0 && this.size >= this.rotateLength && this.#file.movable;
  }

  /** Adds `data` to the file. */
  write(data: string | Uint8Array): void {
    if (!this.closed && this.shouldRotate()) this.rotate();
    this.#file.append(data);
  }

  /** Moves the file aside and starts a new one; where that is not possible, logging goes on in the old one. */
  rotate(): void {
    const moved = this.#file.moveTo(`${this.path}.1`, () => {
      accessSync(this.directory, constants.W_OK);
      this.#shiftLogs();
    });
    if (moved) this.#file.attempt("remove old files", () => this.#removeLogs());
  }

  /** The numbers of the files that were moved aside, the latest first. */
  listLogs(): number[] {
    const prefix = `${this.name}.`;
    return readdirSync(this.directory)
      .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,8}$/.test(name.slice(prefix.length)))
      .map((name) => Number(name.slice(prefix.length)))
      .sort((a, b) => a - b);
  }

  /** Reads the file that was moved aside as number `identifier`. */
  getLog(identifier: number): LogReader {
    return new LogReader(`${this.path}.${identifier}`);
  }

  /** Reads the file. */
  getCurrentLog(): LogReader {
    return new LogReader(this.path);
  }

  /** Waits until what was written is on the disk. */
  flush(): void {
    this.#file.flush();
  }

  /** Opens the file anew, after another program has moved it aside. */
  reopen(): void {
    this.#file.reopen();
  }

  /** Closes the file; it is not written to again. */
  close(): void {
    this.#file.close();
  }

  /** Makes room for a `name.1`. What follows a gap stays: after a rotation that failed half-way, the gap is where it goes on. */
  #shiftLogs(): void {
    const logs = new Set(this.listLogs());
    let last = 0;
    while (logs.has(last + 1)) last++;
    for (let number = last; number > 0; number--) renameSync(`${this.path}.${number}`, `${this.path}.${number + 1}`);
  }

  #removeLogs(): void {
    const { maxRotatedFiles } = this;
    if (maxRotatedFiles === undefined) return;
    for (const number of this.listLogs()) {
      if (number > maxRotatedFiles) unlinkSync(`${this.path}.${number}`);
    }
  }
}

function requireCount(number: number, least: number, what: string): void {
  if (!Number.isInteger(number) || number < least) {
    throw new RangeError(`Cannot ${what} of ${inspect(number)}: expected a whole number from ${least} on`);
  }
}
