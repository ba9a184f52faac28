/**
 * What code logs through. A `Logger` makes events and hands them to an observer, the global publisher unless told otherwise.
 *
 * The path that counts is that of a call at a level nobody listens to. Such a call compares two pairs of numbers and returns: the
 * logger keeps the lowest severity that its observer has a use for, and asks again when the epoch of `severities.ts` has moved.
 */
import { inspect } from "node:util";
import { Failure } from "../deferred/failure.ts";
import { inspectable } from "../inspectable.ts";
import { globalLogPublisher } from "./global-log.ts";
import type { LogEvent, LogFields, LogObserver } from "./log-event.ts";
import { wallClockSeconds } from "./log-event.ts";
import { InvalidLogLevelError, LogLevel } from "./log-level.ts";
import { requireObserver } from "./log-observer.ts";
import { lowestSeverityOf, severities } from "./severities.ts";
import { LogPublisher, observerFailed } from "./log-publisher.ts";
import type { OperationOf } from "./operation.ts";
import { attempt } from "./operation.ts";
import { isThenable } from "./thenable.ts";

/** The options of a `Logger`. */
export interface LoggerOptions {
  /** Where the events happen, dotted. Default: the name of the class of `source`, else `"<unknown>"`. */
  readonly namespace?: string;
  /** The object that the events happen to. */
  readonly source?: unknown;
  /** Who is told. Default: `globalLogPublisher`. */
  readonly observer?: LogObserver;
  /** Tells the time, in seconds since 1970. Default: the time of day. */
  readonly seconds?: () => number;
}

/**
 * Makes log events.
 *
 * @example
 * const log = new Logger({ namespace: "example.greeter" });
 * log.info("Hello, {user.name}: {count} messages", { user: { name: "Ada" }, count: 3 });
 */
export class Logger {
  readonly namespace: string;
  readonly source: unknown;
  readonly observer: LogObserver;
  readonly #seconds: () => number;

  // The severity below which the observer has no use for events, as of the epoch beside it.
  #lowest = 0;
  #epoch = -1;

  constructor(options: LoggerOptions = {}) {
    this.source = options.source;
    this.namespace = options.namespace ?? classNameOf(options.source) ?? "<unknown>";
    this.observer = options.observer ?? globalLogPublisher;
    this.#seconds = options.seconds ?? wallClockSeconds;
    requireObserver(this.observer);
  }

  /**
   * Logs at level `debug`. The format is filled from the fields when somebody reads the event, and not at all where nobody does.
   *
   * @example
   * const log = new Logger({ namespace: "example" });
   * log.debug("Received {data!r} from {peer}", { data: Buffer.from("hi"), peer: "localhost" });
   */
  debug(format?: string | null, fields?: LogFields): void {
    if (this.#epoch !== severities.epoch) this.#askObserver();
    if (this.#lowest <= 10) this.#publish(LogLevel.debug, format, fields);
  }

  /** Logs at level `info`. */
  info(format?: string | null, fields?: LogFields): void {
    if (this.#epoch !== severities.epoch) this.#askObserver();
    if (this.#lowest <= 20) this.#publish(LogLevel.info, format, fields);
  }

  /** Logs at level `warn`. */
  warn(format?: string | null, fields?: LogFields): void {
    if (this.#epoch !== severities.epoch) this.#askObserver();
    if (this.#lowest <= 30) this.#publish(LogLevel.warn, format, fields);
  }

  /** Logs at level `error`. */
  error(format?: string | null, fields?: LogFields): void {
    if (this.#epoch !== severities.epoch) this.#askObserver();
    if (this.#lowest <= 40) this.#publish(LogLevel.error, format, fields);
  }

  /** Logs at level `critical`. */
  critical(format?: string | null, fields?: LogFields): void {
    if (this.#epoch !== severities.epoch) this.#askObserver();
    if (this.#lowest <= 50) this.#publish(LogLevel.critical, format, fields);
  }

  /**
   * Logs at a level that is known only at run time. Something that is no level is logged as a failure, and the event is lost.
   *
   * @example
   * const log = new Logger({ namespace: "example" });
   * log.emit(LogLevel.levelWithName("warn"), "Low on {what}", { what: "paper" });
   */
  emit(level: LogLevel, format?: string | null, fields?: LogFields): void {
    if (!(level instanceof LogLevel)) {
      const failure = new Failure(new InvalidLogLevelError(level));
      this.failure("Cannot emit an event of {logger}: {logFailure.value.message}", failure, { logger: this });
      return;
    }
    if (this.isEnabled(level)) this.#publish(level, format, fields);
  }

  /**
   * Logs an error that nobody expected, with its stack: at level `critical`, since nobody knows what it breaks. An error that the
   * code knows what to do about is better logged with `error` or `warn`.
   *
   * @param format what was being done
   * @param failure a `Failure`, or what was caught; without one, an error made on the spot shows where the call was
   *
   * @example
   * const log = new Logger({ namespace: "example" });
   * try {
   *   JSON.parse("{");
   * } catch (error) {
   *   log.failure("While reading {file}", error, { file: "settings.json" });
   * }
   */
  failure(format: string, failure?: unknown, fields?: LogFields, level: LogLevel = LogLevel.critical): void {
    if (level instanceof LogLevel && !this.isEnabled(level)) return;
    const logFailure = failure instanceof Failure ? failure : new Failure(failure ?? new Error(format));
    this.emit(level, format, { ...fields, logFailure });
  }

  /**
   * Does `work`, and logs the failure if it fails; answers how it went. Where `work` answers a promise (or a Deferred), so does this.
   *
   * @param format what is being done
   * @param level the level at which a failure is logged
   *
   * @example
   * const log = new Logger({ namespace: "example" });
   * const reading = log.failuresHandled("While reading {file}", { file: "a.json" }, () => JSON.parse("[1]"));
   * if (reading.succeeded) assert.deepEqual(reading.result, [1]);
   */
  failuresHandled<R>(
    format: string,
    fields: LogFields,
    work: () => R,
    level: LogLevel = LogLevel.critical,
  ): OperationOf<R> {
    return attempt((failure) => this.failure(format, failure, fields, level), work, []);
  }

  /**
   * The form of `failuresHandled` for code that runs often: what is being done is said once, and the answer does work after work.
   *
   * @example
   * const log = new Logger({ namespace: "example" });
   * const reading = log.failureHandler("While reading a line");
   * assert.equal(reading(JSON.parse, "3").result, 3);
   * assert.equal(reading(JSON.parse, "{").failed, true);
   */
  failureHandler(
    message: string,
    level: LogLevel = LogLevel.critical,
  ): <A extends unknown[], R>(work: (...args: A) => R, ...args: A) => OperationOf<R> {
    const failed = (failure: Failure): void => this.failure(message, failure, undefined, level);
    return (work, ...args) => attempt(failed, work, args);
  }

  /**
   * Whether anybody may have a use for events of `level`: for callers whose fields cost something.
   *
   * @example
   * const log = new Logger({ observer: bitbucketLogObserver });
   * if (log.isEnabled(LogLevel.debug)) log.debug("State: {state}", { state: "expensive" });
   */
  isEnabled(level: LogLevel): boolean {
    if (this.#epoch !== severities.epoch) this.#askObserver();
    return this.#lowest <= level.severity;
  }

  static {
    inspectable(Logger.prototype, (logger) => `<Logger ${inspect(logger.namespace)}>`);
  }

  #askObserver(): void {
    this.#epoch = severities.epoch;
    this.#lowest = lowestSeverityOf(this.observer, this.namespace);
  }

  #publish(logLevel: LogLevel, logFormat: string | null | undefined, fields: LogFields | undefined): void {
    const logTime = this.#seconds();
    const { namespace: logNamespace, source: logSource } = this;
    // The fields come last, since V8 takes a hundred times longer for a literal that begins with a spread; but they have no say in
    // the keys that stand before them.
    const event: LogEvent = { logLogger: this, logLevel, logNamespace, logSource, logFormat, logTime, ...fields };
    if (fields !== undefined) {
      event.logLogger = this;
      event.logLevel = logLevel;
      event.logNamespace = logNamespace;
      event.logSource = logSource;
      event.logFormat = logFormat;
      event.logTime = logTime;
    }
    event.logTrace?.push([this, this.observer]);
    if (this.observer instanceof LogPublisher) this.observer(event);
    else tell(this.observer, event);
  }
}

/** Tells an observer who has no publisher before it that would take its errors. */
function tell(observer: LogObserver, event: LogEvent): void {
  const failed = (error: unknown): void => globalLogPublisher(observerFailed(observer, error));
  try {
    const answer = observer(event);
    if (isThenable(answer)) answer.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

function classNameOf(value: unknown): string | undefined {
  const constructor: unknown = (value as { constructor?: unknown } | null | undefined)?.constructor;
  return typeof constructor === "function" ? constructor.name : undefined;
}
