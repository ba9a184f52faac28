/**
 * The five levels of log events, in order. Twisted's `LogLevel` is a set of named constants; here it is a class with five instances
 * and no way to make a sixth, so that `level === LogLevel.warn` and `level < LogLevel.error` both say what they mean.
 */
import { inspect } from "node:util";
import { HawserError } from "../errors.ts";
import { inspectable } from "../inspectable.ts";

/** The names of the levels, as `levelWithName` takes them. */
export type LogLevelName = "debug" | "info" | "warn" | "error" | "critical";

/**
 * How much an event matters, and to whom.
 *
 * @example
 * assert.ok(LogLevel.info < LogLevel.warn);
 * assert.equal(LogLevel.levelWithName("error"), LogLevel.error);
 */
export class LogLevel {
  /** For a developer who is looking into something. */
  static readonly debug: LogLevel = new LogLevel("debug", 10);
  /** Routine news: a service has started, a connection has come in. */
  static readonly info: LogLevel = new LogLevel("info", 20);
  /** Worth an administrator's look, but the system does its work: bad data from a peer, a refused login. */
  static readonly warn: LogLevel = new LogLevel("warn", 30);
  /** Something does not work: a programming error, a resource that is gone. */
  static readonly error: LogLevel = new LogLevel("error", 40);
  /** Nobody knows what this breaks: unhandled errors, lost data. */
  static readonly critical: LogLevel = new LogLevel("critical", 50);

  readonly name: LogLevelName;

  /** A number to compare levels by: 10 for `debug` up to 50 for `critical`. */
  readonly severity: number;

  private constructor(name: LogLevelName, severity: number) {
    this.name = name;
    this.severity = severity;
  }

  /**
   * The level called `name`. Throws `InvalidLogLevelError` where there is none.
   *
   * @example
   * assert.equal(LogLevel.levelWithName("warn").severity, 30);
   * assert.throws(() => LogLevel.levelWithName("loud"), InvalidLogLevelError);
   */
  static levelWithName(name: string): LogLevel {
    for (const level of LogLevel.iterconstants()) {
      if (level.name === name) return level;
    }
    throw new InvalidLogLevelError(name);
  }

  /**
   * All levels, from `debug` to `critical`.
   *
   * @example
   * const names = LogLevel.iterconstants().map((level) => level.name);
   * assert.deepEqual(names, ["debug", "info", "warn", "error", "critical"]);
   */
  static iterconstants(): readonly LogLevel[] {
    return [LogLevel.debug, LogLevel.info, LogLevel.warn, LogLevel.error, LogLevel.critical];
  }

  /** The severity, so that `<` and `>` compare levels. */
  valueOf(): number {
    return this.severity;
  }

  toString(): string {
    return this.name;
  }

  static {
    inspectable(LogLevel.prototype, (level) => `LogLevel.${level.name}`);
  }
}

/** Something that is no `LogLevel` was used as one. */
export class InvalidLogLevelError extends HawserError {
  override readonly name: string = "InvalidLogLevelError";
  readonly code: string = "ERR_INVALID_LOG_LEVEL";

  /** What was given. */
  readonly level: unknown;

  constructor(level: unknown) {
    const names = LogLevel.iterconstants().join(", ");
    super(`Cannot use ${inspect(level)} as a log level: it is unknown, expected one of ${names}`);
    this.level = level;
  }
}
