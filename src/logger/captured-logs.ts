/** Collects the events of a while: for tests. */
import { globalLogPublisher } from "./global-log.ts";
import type { LogEvent } from "./log-event.ts";
import type { LogPublisher } from "./log-publisher.ts";

/** A list of events that grows until it is stopped, or disposed of. */
export interface CapturedLogs extends Array<LogEvent>, Disposable {
  /** Ends the collecting; what is in the list stays. */
  stop(): void;
}

/**
 * The events that are published from now on, until `stop` is called: or, with `using events = capturedLogs()`, until the block ends.
 *
 * @param publisher whose events. Default: the global one
 *
 * @example
 * const events = capturedLogs();
 * new Logger({ namespace: "example" }).info("Hello");
 * events.stop();
 * assert.equal(events[0]?.logFormat, "Hello");
 */
export function capturedLogs(publisher: LogPublisher = globalLogPublisher): CapturedLogs {
  const events: LogEvent[] = [];
  const observer = (event: LogEvent): void => void events.push(event);
  publisher.addObserver(observer);
  // Not enumerable, so that the list equals a plain one.
  const stop = { value: () => publisher.removeObserver(observer) };
  return Object.defineProperties(events, { stop, [Symbol.dispose]: stop }) as CapturedLogs;
}
