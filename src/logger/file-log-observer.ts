/** Writes events to something like a file, as text. */
import { inspect } from "node:util";
import { Callable } from "./callable.ts";
import { formatEventAsClassicLogText } from "./format-event.ts";
import { formatTime, timeFormatRFC3339 } from "./format-time.ts";
import type { LogEvent } from "./log-event.ts";

/** What a `FileLogObserver` writes to: a `LogFile`, `process.stdout`, any stream. */
export interface LogOutput {
  write(text: string): unknown;
}

/**
 * An observer that writes what `formatEvent` makes of each event, and nothing where that is empty.
 *
 * @example
 * const output = { text: "", write(text: string) { this.text += text; } };
 * const observer = new FileLogObserver(output, (event) => `${formatEvent(event)}\n`);
 * observer({ logFormat: "Hello" });
 * assert.equal(output.text, "Hello\n");
 */
export class FileLogObserver extends Callable<LogEvent, void> {
  readonly #outFile: LogOutput;
  readonly #formatEvent: (event: LogEvent) => string | null;

  constructor(outFile: LogOutput, formatEvent: (event: LogEvent) => string | null) {
    super();
    if (typeof (outFile as Partial<LogOutput> | null | undefined)?.write !== "function") {
      throw new TypeError(`Cannot log to ${inspect(outFile)}: it has no write, expected a file or a stream`);
    }
    this.#outFile = outFile;
    this.#formatEvent = formatEvent;
  }

  protected override invoke(event: LogEvent): void {
    const text = this.#formatEvent(event);
    if (text !== null && text !== "") this.#outFile.write(text);
  }
}

/** The options of `textFileLogObserver`. */
export interface TextFileLogObserverOptions {
  /** How to say the time; `null` writes `-` in its place. Default: `timeFormatRFC3339`. */
  readonly timeFormat?: string | null;
}

/**
 * An observer that writes a line of text per event, for people to read.
 *
 * @example
 * const log = new Logger({ namespace: "example", observer: textFileLogObserver(process.stdout) });
 * log.warn("Low on {what}", { what: "paper" });
 */
export function textFileLogObserver(outFile: LogOutput, options: TextFileLogObserverOptions = {}): FileLogObserver {
  const { timeFormat = timeFormatRFC3339 } = options;
  const formatOptions = { formatTime: (when: number | undefined) => formatTime(when, { timeFormat }) };
  return new FileLogObserver(outFile, (event) => formatEventAsClassicLogText(event, formatOptions));
}
