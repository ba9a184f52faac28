/** A log file that is moved aside when a new day has begun: `name` to `name.2026_3_9`, after the day of its last line. */
import { accessSync, constants, existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AppendFile } from "./append-file.ts";
import type { LogOutput } from "./file-log-observer.ts";
import { wallClockSeconds } from "./log-event.ts";
import { LogReader } from "./log-reader.ts";

/** The options of a `DailyLogFile`. */
export interface DailyLogFileOptions {
  /** Tells the time, in seconds since 1970. Default: the time of day. */
  readonly seconds?: () => number;
  /** Whether days begin at midnight of UTC. Default: false, of local time. */
  readonly utc?: boolean;
  /** The permissions of the file. Default: those it has, else those that the umask leaves. */
  readonly defaultMode?: number;
  /** Where trouble with the file is told of. Default: standard error. */
  readonly errorStream?: LogOutput;
}

/** A day: year, month (from 1) and day of the month. */
export type LogDate = readonly [year: number, month: number, day: number];

/**
 * A log file that rotates by day.
 *
 * Where there is a file for the day already, or the file cannot be moved, logging goes on in the old one.
 *
 * @example
 * import { existsSync, mkdtempSync } from "node:fs";
 * let now = Date.UTC(2026, 2, 9, 23, 59) / 1000;
 * const directory = mkdtempSync("/tmp/daily-log-file-");
 * const file = new DailyLogFile("example.log", directory, { seconds: () => now, utc: true });
 * file.write("late\n");
 * now += 120;
 * file.write("early\n");
 * assert.ok(existsSync(`${directory}/example.log.2026_3_9`));
 * file.close();
 */
export class DailyLogFile {
  readonly name: string;
  readonly directory: string;
  readonly path: string;
  readonly #seconds: () => number;
  readonly #utc: boolean;
  readonly #file: AppendFile;
  #lastDate: LogDate;

  constructor(name: string, directory: string, options: DailyLogFileOptions = {}) {
    this.name = name;
    this.directory = directory;
    this.path = join(directory, name);
    this.#seconds = options.seconds ?? wallClockSeconds;
    this.#utc = options.utc ?? false;
    this.#file = new AppendFile(this.path, { mode: options.defaultMode, errorStream: options.errorStream });
    this.#lastDate = this.toDate(this.#file.modifiedBefore);
  }

  /** The log file at a path. */
  static fromFullPath(filename: string, options: DailyLogFileOptions = {}): DailyLogFile {
    const path = resolve(filename);
    return new DailyLogFile(basename(path), dirname(path), options);
  }

  /** The day of the last line. */
  get lastDate(): LogDate {
    return this.#lastDate;
  }

  get closed(): boolean {
    return this.#file.closed;
  }

  /** Whether the next write moves the file aside first. */
  shouldRotate(): boolean {
    return ordinal(this.toDate()) > ordinal(this.#lastDate) && this.#file.movable;
  }

  /** Adds `data` to the file. */
  write(data: string | Uint8Array): void {
    if (!this.closed && this.shouldRotate()) this.rotate();
    this.#file.append(data);
    // A clock that is set back to yesterday must not have the file moved aside tomorrow under the name of yesterday.
    const date = this.toDate();
    if (ordinal(date) > ordinal(this.#lastDate)) this.#lastDate = date;
  }

  /** Moves the file aside and starts a new one; where that is not possible, logging goes on in the old one. */
  rotate(): void {
    const newPath = `${this.path}.${this.suffix(this.#lastDate)}`;
    if (existsSync(newPath)) return;
    const moved = this.#file.moveTo(newPath, () => accessSync(this.directory, constants.W_OK));
    if (moved) this.#lastDate = this.toDate();
  }

  /** The day of a moment, given in seconds since 1970. Default: today. */
  toDate(seconds: number = this.#seconds()): LogDate {
    const date = new Date(seconds * 1000);
    return this.#utc
      ? [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
      : [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  }

  /** What stands after the name of a file that was moved aside: `2026_3_9`. */
  suffix(date: LogDate | number): string {
    return (typeof date === "number" ? this.toDate(date) : date).join("_");
  }

  /** Reads the file of the day of a moment, given in seconds since 1970. */
  getLog(seconds: number): LogReader {
    const date = this.toDate(seconds);
    if (ordinal(date) === ordinal(this.#lastDate)) return this.getCurrentLog();
    return new LogReader(`${this.path}.${this.suffix(date)}`);
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
    this.#lastDate = this.toDate(this.#file.modifiedBefore);
  }

  /** Closes the file; it is not written to again. */
  close(): void {
    this.#file.close();
  }
}

function ordinal([year, month, day]: LogDate): number {
  return (year * 12 + month) * 31 + day;
}
