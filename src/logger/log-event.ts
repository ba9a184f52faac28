/**
 * The shape of log events, and of those who are told of them. Events are plain objects: the keys that start with `log` belong to the
 * logging system, all others to whoever logs.
 */
import type { Failure } from "../deferred/failure.ts";
import { dateNow } from "../runtime.ts";
import type { LogLevel } from "./log-level.ts";

/** What a caller adds to an event: the values that its format names, and whatever else observers may want. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Who handed an event to whom: pairs of the sender (a logger or an observer) and the observer that received it. */
export type LogTrace = [sender: object, receiver: LogObserver][];

/** One thing that happened. Every key may be missing. */
export interface LogEvent {
  /** How to say it: text with `{field}` parts, filled from the keys of the event when somebody wants to read it. */
  logFormat?: string | null | undefined;
  logLevel?: LogLevel | undefined;
  /** Where it happened, dotted: `"hawser.http.server"`. */
  logNamespace?: string | undefined;
  /** The object it happened to. */
  logSource?: unknown;
  /** The `Logger` that made the event. */
  logLogger?: object | undefined;
  /** When, in seconds since 1970. */
  logTime?: number | undefined;
  logFailure?: Failure | undefined;
  /** Said in classic text instead of namespace and level. */
  logSystem?: unknown;
  /**
   * An empty list here is filled with the way of the event through the observers: see `formatTrace`. It stays empty where nobody has a
   * use for the event, since then there is none.
   */
  logTrace?: LogTrace | undefined;
  /** The formatted fields, where they were saved with the event: see `flattenEvent`. */
  logFlattened?: Record<string, unknown> | undefined;
  [field: string]: unknown;
}

/**
 * Is told of events. Anything that takes an event will do; one that throws harms nobody but itself.
 *
 * @example
 * const seen: LogEvent[] = [];
 * const observer: LogObserver = (event) => seen.push(event);
 * new Logger({ observer }).info("Hello");
 * assert.equal(seen.length, 1);
 */
export interface LogObserver {
  (event: LogEvent): unknown;
  /**
   * The severity below which this observer has no use for the events of `namespace`: they may not even be made. Without this method
   * it has a use for all. One whose answers change calls `severitiesChanged` when they do.
   */
  lowestSeverity?(namespace: string): number;
}

/** The time of events that nobody has given a clock for: seconds since 1970, with fractions. */
export function wallClockSeconds(): number {
  return dateNow() / 1000;
}
