/** Reads the events of a log that `jsonFileLogObserver` wrote, from a file or as its bytes come in. */
import { closeSync, openSync, readSync } from "node:fs";
import { inspect } from "node:util";
import type { BadRecord } from "./json-log-reader.ts";
import { JSONLogReader } from "./json-log-reader.ts";
import type { LogEvent } from "./log-event.ts";
import { Logger } from "./logger.ts";

/** The options of `eventsFromJSONLogFile` and `eventsFromJSONLogStream`. */
export interface EventsFromJSONLogOptions {
  /** What stands before each record; `""` where each line is one. Default: RS where the log begins with it, else none. */
  readonly recordSeparator?: string;
  /** The length, in bytes, from which on a record is left out. Default: 1,048,576. */
  readonly maxRecordLength?: number;
  /** How many bytes are read at a time. Default: 65,536. */
  readonly bufferSize?: number;
  /** Where records that are left out are reported. Default: a logger of the namespace `hawser.logger`. */
  readonly log?: Logger;
}

const DEFAULT_MAX_RECORD_LENGTH = 1024 * 1024;
const DEFAULT_BUFFER_SIZE = 64 * 1024;

const COMPLAINTS: Record<BadRecord["reason"], string> = {
  invalid: "Unable to read JSON record {record!r}: {error}",
  truncated: "Unable to read truncated JSON record {record!r}",
  tooLong: "Unable to read JSON record of more than {maxRecordLength} bytes: {record!r}",
};

/** A log: the path of a file, or its bytes, whole or in parts. */
export type LogSource = string | URL | Uint8Array | Iterable<Uint8Array | string>;

/**
 * The events of a log file, one after the other, read as they are asked for. Records that are cut short or that are no events are
 * reported to the log and left out.
 *
 * @example
 * const text = ['{"logFormat":"one"}', "not an event", '{"logFormat":"two"}'].join("\n");
 * const events = eventsFromJSONLogFile([text], { log: new Logger({ observer: bitbucketLogObserver }) });
 * assert.deepEqual([...events].map(formatEvent), ["one", "two"]);
 */
export function* eventsFromJSONLogFile(
  inFile: LogSource,
  options: EventsFromJSONLogOptions = {},
): Generator<LogEvent, void, undefined> {
  const { bufferSize = DEFAULT_BUFFER_SIZE } = options;
  requirePositive(bufferSize, "bytes at a time");
  const reader = readerFor(options);
  for (const chunk of chunksOf(inFile, bufferSize)) {
    reader.receive(chunk);
    yield* eventsSoFar(reader);
  }
  const last = reader.lastEvent();
  if (last !== undefined) yield last;
}

/**
 * Like `eventsFromJSONLogFile`, for bytes that come in over time.
 *
 * @example
 * const lines = async function* () {
 *   yield '{"logFormat":"one"}\n';
 * };
 * for await (const event of eventsFromJSONLogStream(lines())) assert.equal(formatEvent(event), "one");
 */
export async function* eventsFromJSONLogStream(
  source: AsyncIterable<Uint8Array | string>,
  options: Omit<EventsFromJSONLogOptions, "bufferSize"> = {},
): AsyncGenerator<LogEvent, void, undefined> {
  const reader = readerFor(options);
  for await (const chunk of source) {
    reader.receive(chunk);
    yield* eventsSoFar(reader);
  }
  const last = reader.lastEvent();
  if (last !== undefined) yield last;
}

function* eventsSoFar(reader: JSONLogReader): Generator<LogEvent, void, undefined> {
  for (let event = reader.nextEvent(); event !== "needData"; event = reader.nextEvent()) yield event;
}

function readerFor(options: EventsFromJSONLogOptions): JSONLogReader {
  const { recordSeparator, maxRecordLength = DEFAULT_MAX_RECORD_LENGTH } = options;
  requirePositive(maxRecordLength, "bytes a record");
  const log = options.log ?? new Logger({ namespace: "hawser.logger" });
  const badRecord = ({ reason, ...bad }: BadRecord): void =>
    log.error(COMPLAINTS[reason], { ...bad, reason, maxRecordLength });
  return new JSONLogReader({ recordSeparator, maxRecordLength, badRecord });
}

function chunksOf(inFile: LogSource, bufferSize: number): Iterable<Uint8Array | string> {
  if (typeof inFile === "string" || inFile instanceof URL) return chunksOfFile(inFile, bufferSize);
  return inFile instanceof Uint8Array ? [inFile] : inFile;
}

function* chunksOfFile(path: string | URL, bufferSize: number): Generator<Uint8Array, void, undefined> {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(bufferSize);
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

function requirePositive(number: number, what: string): void {
  if (!Number.isInteger(number) || number < 1) {
    throw new RangeError(`Cannot read ${inspect(number)} ${what}: expected a whole number above 0`);
  }
}
