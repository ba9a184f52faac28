/** A stream whose lines become log events: for output that knows nothing of logging. */
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { LogLevel } from "./log-level.ts";
import type { Logger } from "./logger.ts";

// Output without line breaks is cut into events of this many characters.
const MAX_LINE_LENGTH = 64 * 1024;

/** The options of a `LoggingFile`. */
export interface LoggingFileOptions {
  /** What makes the events. */
  readonly logger: Logger;
  /** Their level. Default: `LogLevel.info`. */
  readonly level?: LogLevel;
}

/**
 * A writable stream that logs each line written to it, under the key `logIo`.
 *
 * @example
 * import { Console } from "node:console";
 * const logger = new Logger({ namespace: "stdout", observer: (event) => assert.equal(formatEvent(event), "3 apples") });
 * const console = new Console(new LoggingFile({ logger }));
 * console.log("%d apples", 3);
 */
export class LoggingFile extends Writable {
  readonly #logger: Logger;
  readonly #level: LogLevel;
  readonly #decoder = new StringDecoder("utf8");
  #line = "";

  constructor(options: LoggingFileOptions) {
    super({ decodeStrings: true });
    this.#logger = options.logger;
    this.#level = options.level ?? LogLevel.info;
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, callback: () => void): void {
    this.#add(this.#decoder.write(Buffer.from(chunk)));
    callback();
  }

  override _final(callback: () => void): void {
    this.#add(this.#decoder.end());
    if (this.#line !== "") this.#log(this.#line);
    callback();
  }

  #add(text: string): void {
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop() ?? "";
    for (const line of lines) this.#log(line);
    while (this.#line.length >= MAX_LINE_LENGTH) {
      this.#log(this.#line.slice(0, MAX_LINE_LENGTH));
      this.#line = this.#line.slice(MAX_LINE_LENGTH);
    }
  }

  #log(line: string): void {
    this.#logger.emit(this.#level, "{logIo}", { logIo: line });
  }
}
