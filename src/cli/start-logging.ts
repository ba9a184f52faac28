/** Says where the log goes, and in which form. */
import { fstatSync } from "node:fs";
import { workerEnvironment } from "../application/worker-environment.ts";
import type { FileLogObserver, LogOutput } from "../logger/file-log-observer.ts";
import { textFileLogObserver } from "../logger/file-log-observer.ts";
import { FilteringLogObserver } from "../logger/filtering-log-observer.ts";
import { globalLogBeginner } from "../logger/global-log.ts";
import type { LogFile } from "../logger/log-file.ts";
import { LogLevelFilterPredicate } from "../logger/log-level-filter-predicate.ts";
import { LogLevel } from "../logger/log-level.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import type { RunOptions } from "./global-options.ts";

type LogOptions = Pick<RunOptions, "log-level" | "log-format" | "log-file">;

/**
 * Logs to the file that is asked for, or else to `standard`. A worker logs to its group. Answers what opens the file again, where there is
 * one. Throws `CommandError` where the file cannot be opened.
 */
export async function startLogging(options: LogOptions, standard: LogOutput): Promise<(() => void) | undefined> {
  const path = options["log-file"];
  const isWorker = workerEnvironment() !== undefined;
  const file = path === undefined || isWorker ? undefined : await openLogFile(path);
  const observer = isWorker
    ? await jsonObserver(process.stderr)
    : await observerFor(options["log-format"], file ?? standard, file === undefined);
  const level = LogLevel.levelWithName(options["log-level"]);
  globalLogBeginner.beginLoggingTo([
    new FilteringLogObserver(observer, [new LogLevelFilterPredicate({ defaultLogLevel: level })]),
  ]);
  return file === undefined ? undefined : () => reopen(file);
}

// What few programs need is loaded when it is needed: the command has to start fast.

async function observerFor(format: string, output: LogOutput, isStandard: boolean): Promise<FileLogObserver> {
  if (format === "json") return jsonObserver(output, "");
  // systemd gives it to whoever writes to the journal.
  if (!isStandard || process.env["JOURNAL_STREAM"] === undefined) return textFileLogObserver(output);
  const { isJournal, journalLogObserver } = await import("../application/journal-log-observer.ts");
  return isJournal(fstatSync(process.stderr.fd)) ? journalLogObserver(output) : textFileLogObserver(output);
}

/** With the record separator in front by which a group knows what its workers log. */
async function jsonObserver(output: LogOutput, recordSeparator?: string): Promise<FileLogObserver> {
  const { jsonFileLogObserver } = await import("../logger/json-file-log-observer.ts");
  return jsonFileLogObserver(output, recordSeparator === undefined ? {} : { recordSeparator });
}

async function openLogFile(path: string): Promise<LogFile> {
  const { LogFile } = await import("../logger/log-file.ts");
  try {
    // Whoever moves it aside sends a SIGHUP.
    return LogFile.fromFullPath(path, { rotateLength: null });
  } catch (error) {
    throw new CommandError(`--log-file: ${path}: ${(error as Error).message}`, ExitCode.cannotPrepare, {
      cause: error,
    });
  }
}

function reopen(file: LogFile): void {
  try {
    file.reopen();
  } catch (error) {
    process.stderr.write(
      `hawser: --log-file: cannot open ${file.path} again, logging goes on in the old file: ${(error as Error).message}\n`,
    );
  }
}
