/** Says where the log goes, and in which form. */
import type { LogOutput } from "../logger/file-log-observer.ts";
import { textFileLogObserver } from "../logger/file-log-observer.ts";
import { FilteringLogObserver } from "../logger/filtering-log-observer.ts";
import { globalLogBeginner } from "../logger/global-log.ts";
import { jsonFileLogObserver } from "../logger/json-file-log-observer.ts";
import { LogFile } from "../logger/log-file.ts";
import { LogLevelFilterPredicate } from "../logger/log-level-filter-predicate.ts";
import { LogLevel } from "../logger/log-level.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import type { RunOptions } from "./global-options.ts";

/** Logs to the file that is asked for, which SIGHUP opens again, or else to `standard`. Throws `CommandError` where the file cannot be opened. */
export function startLogging(
  options: Pick<RunOptions, "log-level" | "log-format" | "log-file">,
  standard: LogOutput,
): void {
  const path = options["log-file"];
  const output = path === undefined ? standard : openLogFile(path);
  const observer =
    options["log-format"] === "json"
      ? jsonFileLogObserver(output, { recordSeparator: "" })
      : textFileLogObserver(output);
  const level = LogLevel.levelWithName(options["log-level"]);
  globalLogBeginner.beginLoggingTo([
    new FilteringLogObserver(observer, [new LogLevelFilterPredicate({ defaultLogLevel: level })]),
  ]);
}

function openLogFile(path: string): LogFile {
  try {
    // Whoever moves it aside sends a SIGHUP.
    const file = LogFile.fromFullPath(path, { rotateLength: null });
    process.on("SIGHUP", () => reopen(file));
    return file;
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
