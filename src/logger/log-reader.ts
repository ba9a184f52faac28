/** Reads a log file line by line, some lines at a time. */
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK_SIZE = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * A reader of the lines of a file. Throws the error of the system where there is no such file.
 *
 * @example
 * import { mkdtempSync } from "node:fs";
 * const file = new LogFile("example.log", mkdtempSync("/tmp/log-reader-"));
 * file.write("one\ntwo\nthree");
 * const reader = file.getCurrentLog();
 * assert.deepEqual(reader.readLines(2), ["one\n", "two\n"]);
 * assert.deepEqual(reader.readLines(2), ["three"]);
 * reader.close();
 * file.close();
 */
export class LogReader {
  readonly #file: number;
  #bytes = Buffer.alloc(0);

  constructor(path: string) {
    this.#file = openSync(path, "r");
  }

  /** The next lines, with their line breaks: at most `lines`, and fewer at the end of the file. */
  readLines(lines = 10): string[] {
    const read: string[] = [];
    while (read.length < lines) {
      const end = this.#endOfLine();
      if (end === 0) break;
      read.push(this.#bytes.toString("utf8", 0, end));
      this.#bytes = this.#bytes.subarray(end);
    }
    return read;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Where the first line of #bytes ends; 0 at the end of the file. */
  #endOfLine(): number {
    let searched = 0;
    for (;;) {
      const newline = this.#bytes.indexOf(NEWLINE, searched);
      if (newline !== -1) return newline + 1;
      searched = this.#bytes.length;
      const chunk = Buffer.alloc(Math.max(CHUNK_SIZE, searched));
      const length = readSync(this.#file, chunk);
      if (length === 0) return searched;
      this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(0, length)]);
    }
  }
}
