export { type CapturedLogs, capturedLogs } from "./captured-logs.ts";
export { DailyLogFile, type DailyLogFileOptions, type LogDate } from "./daily-log-file.ts";
export { eventAsJSON } from "./event-as-json.ts";
export { eventFromJSON } from "./event-from-json.ts";
export {
  type EventsFromJSONLogOptions,
  type LogSource,
  eventsFromJSONLogFile,
  eventsFromJSONLogStream,
} from "./events-from-json-log-file.ts";
export {
  FileLogObserver,
  type LogOutput,
  type TextFileLogObserverOptions,
  textFileLogObserver,
} from "./file-log-observer.ts";
export { extractField } from "./fill-format.ts";
export {
  FilteringLogObserver,
  type FilteringLogObserverOptions,
  type LogFilterPredicate,
  PredicateResult,
} from "./filtering-log-observer.ts";
export { type EventAsTextOptions, eventAsText, formatEvent, formatEventAsClassicLogText } from "./format-event.ts";
export { type FormatTimeOptions, formatTime, timeFormatRFC3339 } from "./format-time.ts";
export { formatTrace } from "./format-trace.ts";
export { globalLogBeginner, globalLogPublisher } from "./global-log.ts";
export { type JSONFileLogObserverOptions, jsonFileLogObserver } from "./json-file-log-observer.ts";
export { LimitedHistoryLogObserver } from "./limited-history-log-observer.ts";
export { type BeginLoggingOptions, LogBeginner, type LogBeginnerOptions } from "./log-beginner.ts";
export type { LogEvent, LogFields, LogObserver, LogTrace } from "./log-event.ts";
export { LogFile, type LogFileOptions } from "./log-file.ts";
export { LogLevelFilterPredicate, type LogLevelFilterPredicateOptions } from "./log-level-filter-predicate.ts";
export { InvalidLogLevelError, LogLevel, type LogLevelName } from "./log-level.ts";
export { bitbucketLogObserver } from "./log-observer.ts";
export { LogPublisher } from "./log-publisher.ts";
export { LogReader } from "./log-reader.ts";
export { Logger, type LoggerOptions } from "./logger.ts";
export { LoggingFile, type LoggingFileOptions } from "./logging-file.ts";
export type { Failed, Operation, OperationOf, Succeeded } from "./operation.ts";
export { severitiesChanged } from "./severities.ts";
