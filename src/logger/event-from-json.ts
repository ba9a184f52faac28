/** Reads events that `eventAsJSON` wrote. */
import { Failure } from "../deferred/failure.ts";
import { CLASS_KEY, FAILURE_UUID, LEVEL_UUID } from "./event-as-json.ts";
import type { LogEvent } from "./log-event.ts";
import { LogLevel } from "./log-level.ts";

/**
 * The event that `text` describes. Levels are levels again, and failures are failures: their errors have the name, the message, the stack
 * and the causes of those that were saved, though not their class. Throws `SyntaxError` where `text` is no event.
 *
 * @example
 * const event = eventFromJSON(eventAsJSON({ logFormat: "{n}", n: 3, logLevel: LogLevel.warn }));
 * assert.deepEqual(event, { logFormat: "{n}", n: 3, logLevel: LogLevel.warn });
 */
export function eventFromJSON(text: string): LogEvent {
  const event = revive(JSON.parse(text));
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw new SyntaxError("Cannot read a log event: the JSON text is something else, expected an object");
  }
  return event as LogEvent;
}

/** The value with all saved levels and failures in it made anew. */
function revive(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  for (const key of Object.keys(value)) {
    const saved = (value as Record<string, unknown>)[key];
    const revived = revive(saved);
    // Not by assignment: a key may be "__proto__".
    if (revived !== saved) Object.defineProperty(value, key, { value: revived });
  }
  const saved = value as Record<string, unknown>;
  switch (Object.hasOwn(saved, CLASS_KEY) ? saved[CLASS_KEY] : undefined) {
    case LEVEL_UUID:
      return LogLevel.iterconstants().find(({ name }) => name === saved["name"]) ?? value;
    case FAILURE_UUID:
      return new Failure(errorFrom(saved));
    default:
      return value;
  }
}

function errorFrom(saved: Record<string, unknown>): unknown {
  if (!Object.hasOwn(saved, "message")) return saved["value"];
  const { cause, fields } = saved;
  const error = new Error(String(saved["message"]));
  if (isRecord(fields)) Object.defineProperties(error, Object.getOwnPropertyDescriptors(fields));
  hide(error, "name", String(saved["name"]));
  hide(error, "stack", saved["stack"]);
  if (isRecord(cause)) hide(error, "cause", errorFrom(cause));
  return error;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Sets a property as errors have theirs: it is not enumerated. */
function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { configurable: true, enumerable: false, writable: true, value });
}
