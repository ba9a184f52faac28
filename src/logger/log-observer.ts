/** What every kind of observer has in common. */
import { inspect } from "node:util";
import type { LogEvent, LogObserver } from "./log-event.ts";
import { NO_SEVERITY } from "./severities.ts";

/** Throws `TypeError` where `observer` is none. */
export function requireObserver(observer: unknown): void {
  if (typeof observer !== "function") {
    throw new TypeError(`Cannot observe with ${inspect(observer)}: expected a function of a log event`);
  }
}

/**
 * An observer that drops everything.
 *
 * @example
 * const log = new Logger({ observer: bitbucketLogObserver });
 * assert.equal(log.isEnabled(LogLevel.critical), false);
 */
export function bitbucketLogObserver(_event: LogEvent): void {}
(bitbucketLogObserver as LogObserver).lowestSeverity = () => NO_SEVERITY;
