/** Collects the events of a while: for tests. */
import { globalLogPublisher } from "./global-log.ts";
import type { LogEvent } from "./log-event.ts";
import type { LogPublisher } from "./log-publisher.ts";

/** A list of events that grows until it is disposed of. */
export type CapturedLogs = LogEvent[] & Disposable;

/**
 * The events that are published from now on, until the list is disposed of: at the end of the block, with `using`.
 *
 * @param publisher whose events. Default: the global one
 *
 * @example
 * {
 *   using events = capturedLogs();
 *   new Logger({ namespace: "example" }).info("Hello");
 *   assert.equal(events.length, 1);
 * }
 */
export function capturedLogs(publisher: LogPublisher = globalLogPublisher): CapturedLogs {
  const events: LogEvent[] = [];
  const observer = (event: LogEvent): void => void events.push(event);
  publisher.addObserver(observer);
  // Not enumerable, so that the list equals a plain one.
  const dispose = { value: () => publisher.removeObserver(observer) };
  return Object.defineProperty(events, Symbol.dispose, dispose) as CapturedLogs;
}
