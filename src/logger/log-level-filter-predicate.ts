/** Levels by namespace: which events are worth seeing. */
import { Callable } from "./callable.ts";
import { PredicateResult } from "./filtering-log-observer.ts";
import type { LogEvent } from "./log-event.ts";
import { InvalidLogLevelError, LogLevel } from "./log-level.ts";
import { NO_SEVERITY, severitiesChanged } from "./severities.ts";

const MAX_FOUND = 1000;

/** The options of a `LogLevelFilterPredicate`. */
export interface LogLevelFilterPredicateOptions {
  /** The level of namespaces for which none was set. Default: `LogLevel.info`. */
  readonly defaultLogLevel?: LogLevel;
}

/**
 * A predicate that refuses events below the level of their namespace. A namespace without a level of its own has that of the nearest
 * one above it: `"a.b.c"` that of `"a.b"`, else of `"a"`, else the default. Events without level or namespace are refused.
 *
 * @example
 * const levels = new LogLevelFilterPredicate({ defaultLogLevel: LogLevel.warn });
 * levels.setLogLevelForNamespace("example.http", LogLevel.debug);
 * assert.equal(levels.logLevelForNamespace("example.http.server"), LogLevel.debug);
 * assert.equal(levels.logLevelForNamespace("example.smtp"), LogLevel.warn);
 */
export class LogLevelFilterPredicate extends Callable<LogEvent, PredicateResult> {
  readonly defaultLogLevel: LogLevel;
  readonly #levels = new Map<string, LogLevel>();
  // What was found for namespaces that were asked for: they are few, but nothing says so.
  readonly #found = new Map<string, LogLevel>();

  constructor(options: LogLevelFilterPredicateOptions = {}) {
    super();
    this.defaultLogLevel = requireLevel(options.defaultLogLevel ?? LogLevel.info);
  }

  /** The level from which on events of `namespace` are let through; that of `""` is the default. */
  logLevelForNamespace(namespace: string): LogLevel {
    const known = this.#found.get(namespace);
    if (known !== undefined) return known;
    const level = this.#nearestLevel(namespace);
    if (this.#found.size >= MAX_FOUND) this.#found.clear();
    this.#found.set(namespace, level);
    return level;
  }

  /**
   * Sets the level of `namespace` and of all below it that have none of their own; `""` stands for all. Works at once, also for loggers
   * that exist already.
   *
   * @example
   * const levels = new LogLevelFilterPredicate();
   * levels.setLogLevelForNamespace("", LogLevel.error);
   */
  setLogLevelForNamespace(namespace: string, level: LogLevel): void {
    this.#levels.set(namespace, requireLevel(level));
    this.#changed();
  }

  /** Forgets all levels that were set. */
  clearLogLevels(): void {
    this.#levels.clear();
    this.#changed();
  }

  /** The severity of the level of `namespace`; events without namespace are refused at every severity. */
  lowestSeverity(namespace: string): number {
    return namespace === "" ? NO_SEVERITY : this.logLevelForNamespace(namespace).severity;
  }

  protected override invoke(event: LogEvent): PredicateResult {
    const { logLevel, logNamespace } = event;
    if (!(logLevel instanceof LogLevel) || typeof logNamespace !== "string") return PredicateResult.no;
    return logLevel.severity < this.lowestSeverity(logNamespace) ? PredicateResult.no : PredicateResult.maybe;
  }

  #nearestLevel(namespace: string): LogLevel {
    for (let prefix = namespace; prefix !== ""; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf(".")))) {
      const level = this.#levels.get(prefix);
      if (level !== undefined) return level;
    }
    return this.#levels.get("") ?? this.defaultLogLevel;
  }

  #changed(): void {
    this.#found.clear();
    severitiesChanged();
  }
}

function requireLevel(level: LogLevel): LogLevel {
  if (!(level instanceof LogLevel)) throw new InvalidLogLevelError(level);
  return level;
}
