/** Writes events as JSON, a record each, for programs to read. */
import { eventAsJSON } from "./event-as-json.ts";
import type { LogOutput } from "./file-log-observer.ts";
import { FileLogObserver } from "./file-log-observer.ts";

/** The options of `jsonFileLogObserver`. */
export interface JSONFileLogObserverOptions {
  /** What stands before each record. Default: RS (`"\x1e"`), as RFC 7464 wants it; `""` gives lines of JSON. */
  readonly recordSeparator?: string;
}

/**
 * An observer that writes each event as a record of JSON and a newline.
 *
 * @example
 * const file = { text: "", write(text: string) { this.text += text; } };
 * const observer = jsonFileLogObserver(file, { recordSeparator: "" });
 * observer({ logFormat: "Hello" });
 * assert.equal(file.text, '{"logFormat":"Hello"}\n');
 */
export function jsonFileLogObserver(outFile: LogOutput, options: JSONFileLogObserverOptions = {}): FileLogObserver {
  const { recordSeparator = "\u001e" } = options;
  return new FileLogObserver(outFile, (event) => `${recordSeparator}${eventAsJSON(event)}\n`);
}
