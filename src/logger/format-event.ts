/**
 * Events as text. Nothing here throws: whoever logs while something goes wrong must not make it worse. An event that cannot be said
 * as it wants to is described as well as possible.
 */
import { inspect } from "node:util";
import { Failure } from "../deferred/failure.ts";
import { fillFormat } from "./fill-format.ts";
import { asString } from "./format-value.ts";
import { formatTime } from "./format-time.ts";
import type { LogEvent } from "./log-event.ts";
import { LogLevel } from "./log-level.ts";

/** The options of `eventAsText`. */
export interface EventAsTextOptions {
  /** Whether the stack of `logFailure` follows. Default: true. */
  readonly includeTraceback?: boolean;
  /** Whether it begins with the time. Default: true. */
  readonly includeTimestamp?: boolean;
  /** Whether it says, in brackets, the namespace and the level. Default: true. */
  readonly includeSystem?: boolean;
  /** How to say the time. Default: the `formatTime` of this module. */
  readonly formatTime?: (when: number | undefined) => string;
}

/**
 * What the event says: its format, filled. An event without format says nothing.
 *
 * @example
 * assert.equal(formatEvent({ logFormat: "{n} of {list[0]!r}", n: 2, list: ["a"] }), "2 of 'a'");
 * assert.match(formatEvent({ logFormat: "{oops}" }), /^Unable to format event/);
 */
export function formatEvent(event: LogEvent): string {
  try {
    const { logFormat } = event;
    if (logFormat === null || logFormat === undefined) return "";
    if (typeof logFormat !== "string") throw new TypeError(`Cannot format with something of type ${typeof logFormat}`);
    return fillFormat(logFormat, event);
  } catch (error) {
    return `Unable to format event ${describeEvent(event)}: ${describe(error)}`;
  }
}

/**
 * The event as text of one or more lines: `time [system] what it says`, and the stack of its failure.
 *
 * @example
 * const event = { logFormat: "Hello", logNamespace: "example", logLevel: LogLevel.info };
 * assert.equal(eventAsText(event), "- [example#info] Hello");
 * assert.equal(eventAsText(event, { includeSystem: false, includeTimestamp: false }), "Hello");
 */
export function eventAsText(event: LogEvent, options: EventAsTextOptions = {}): string {
  const { includeTraceback = true, includeTimestamp = true, includeSystem = true } = options;
  let text = formatEvent(event);
  if (includeTraceback && event.logFailure !== undefined && event.logFailure !== null) {
    text += `\n${formatTraceback(event.logFailure)}`;
  }
  if (text === "") return "";
  const system = includeSystem ? `[${formatSystem(event)}] ` : "";
  const time = includeTimestamp ? `${formatTimestamp(event, options.formatTime ?? formatTime)} ` : "";
  return time + system + text;
}

/**
 * The event as a line of a log file for people to read, or `null` where there is nothing to say. Further lines are indented, and control
 * characters are shown as escapes: what a peer sent and somebody logged can neither forge a line nor command a terminal.
 *
 * @example
 * const event = { logFormat: "{text}", text: "one\ntwo\u001b[2J", logSystem: "example" };
 * assert.equal(formatEventAsClassicLogText(event), "- [example] one\n\ttwo\\x1b[2J\n");
 */
export function formatEventAsClassicLogText(
  event: LogEvent,
  options: Pick<EventAsTextOptions, "formatTime"> = {},
): string | null {
  const text = eventAsText(event, options);
  if (text === "") return null;
  return `${escapeControls(text).replaceAll("\n", "\n\t")}\n`;
}

// Everything below the space but tab and newline, delete, and the second set of controls.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;

function escapeControls(text: string): string {
  return text.replace(CONTROLS, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function formatTraceback(failure: Failure): string {
  try {
    const traceback: unknown = failure.getTraceback();
    return String(traceback).replace(/\n$/, "");
  } catch (error) {
    return `(Unable to obtain the traceback of the event: ${describe(error)})`;
  }
}

function formatTimestamp(event: LogEvent, format: (when: number | undefined) => string): string {
  try {
    return format(event.logTime);
  } catch {
    return "-";
  }
}

function formatSystem(event: LogEvent): string {
  const { logSystem, logLevel, logNamespace } = event;
  try {
    if (logSystem !== undefined && logSystem !== null) return asString(logSystem);
    return `${logNamespace ?? "-"}#${logLevel instanceof LogLevel ? logLevel.name : "-"}`;
  } catch {
    return "UNFORMATTABLE";
  }
}

// Who made the event is not what is wrong with it, and can be very long.
const NOT_DESCRIBED: ReadonlySet<string> = new Set(["logLogger", "logSource"]);

function describeEvent(event: LogEvent): string {
  try {
    const fields = Object.entries(event)
      .filter(([name]) => !NOT_DESCRIBED.has(name))
      .map(([name, value]) => `${name}: ${describe(value)}`);
    return `{ ${fields.join(", ")} }`;
  } catch {
    return "(of which nothing can be read)";
  }
}

function describe(value: unknown): string {
  try {
    if (value instanceof Error) return value.message;
    if (value instanceof Failure) return value.toString();
    return inspect(value, { depth: 1, maxStringLength: 500, breakLength: Number.POSITIVE_INFINITY, compact: true });
  } catch {
    return `(something of type ${typeof value} that cannot be shown)`;
  }
}
