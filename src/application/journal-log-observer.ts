/** Log events as the journal of systemd reads them from standard error: a priority in front of each line, and no time, which it knows itself. */
import { FileLogObserver } from "../logger/file-log-observer.ts";
import type { LogOutput } from "../logger/file-log-observer.ts";
import { eventAsText } from "../logger/format-event.ts";
import { LogLevel } from "../logger/log-level.ts";

/** The priorities of syslog by level, the highest first. */
const PRIORITIES: readonly (readonly [LogLevel, number])[] = [
  [LogLevel.critical, 2],
  [LogLevel.error, 3],
  [LogLevel.warn, 4],
  [LogLevel.info, 6],
];
const DEBUG = 7;

/**
 * An observer for a program whose standard error is the journal: see `isJournal`.
 *
 * @example
 * import { Logger } from "hawser/logger";
 * const output = { text: "", write(text: string) { this.text += text; } };
 * new Logger({ namespace: "example", observer: journalLogObserver(output) }).warn("Low on {what}", { what: "paper" });
 * assert.equal(output.text, "<4>[example#warn] Low on paper\n");
 */
export function journalLogObserver(outFile: LogOutput = process.stderr): FileLogObserver {
  return new FileLogObserver(outFile, (event) => {
    const text = eventAsText(event, { includeTimestamp: false });
    if (text === "") return "";
    const severity = event.logLevel?.severity ?? 0;
    const priority = PRIORITIES.find(([level]) => severity >= level.severity)?.[1] ?? DEBUG;
    // Each line is an entry of its own for the journal.
    return text
      .trimEnd()
      .split("\n")
      .map((line) => `<${priority}>${line}\n`)
      .join("");
  });
}

/** Whether a descriptor is the stream of the journal that `JOURNAL_STREAM` names. */
export function isJournal(
  status: { readonly dev: number; readonly ino: number },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  return environment["JOURNAL_STREAM"] === `${status.dev}:${status.ino}`;
}
