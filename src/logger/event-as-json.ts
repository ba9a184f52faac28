/**
 * Events as JSON.
 *
 * Plain objects, arrays and what JSON has are written as they are. Bytes are written as a string with a character for each; what has a
 * `toJSON` (a `Date`, a `URL`) as it says; levels and failures so that `eventFromJSON` makes levels and failures of them. Nothing else
 * can be read again, and following it might lead through half of the program: it becomes `{ "unpersistable": true }`. What the
 * format says of it is written too (see `flattenEvent`), so that the event still reads the same.
 *
 * The text has no line break. Writing never throws: what cannot be read is unpersistable.
 */
import { Failure } from "../deferred/failure.ts";
import { flattenEvent } from "./fill-format.ts";
import type { LogEvent } from "./log-event.ts";
import { LogLevel } from "./log-level.ts";

/** How objects of ours are told from others in JSON: the key that names their class, and the names, which are Twisted's. */
export const CLASS_KEY = "__class_uuid__";
export const LEVEL_UUID = "02e59486-f24d-46ad-8224-3acdf2a5732a";
export const FAILURE_UUID = "e76887e2-20ed-49bf-a8f8-ba25cc586f2d";

// Writing is recursive, and what has cycles would be written for ever: so it has limits.
const MAX_DEPTH = 100;
const MAX_VALUES = 100_000;
const MAX_CAUSES = 20;

const UNPERSISTABLE = '{"unpersistable":true}';

// The logger that made an event cannot be had back, and its namespace is in the event.
const NOT_WRITTEN: ReadonlySet<string> = new Set(["logLogger", "logTrace", "logFlattened"]);

/**
 * The event as JSON text, for `eventFromJSON`.
 *
 * @example
 * const text = eventAsJSON({ logFormat: "{name} has {n()} apples", name: "Ada", n: () => 3 });
 * assert.equal(formatEvent(eventFromJSON(text)), "Ada has 3 apples");
 */
export function eventAsJSON(event: LogEvent): string {
  try {
    const flattened = { logFlattened: flattenOnce(event) };
    let text = "";
    for (const key of Object.keys(event)) {
      if (!NOT_WRITTEN.has(key)) text = withField(text, event, key);
    }
    return `{${withField(text, flattened, "logFlattened")}}`;
  } catch {
    return UNPERSISTABLE;
  }
}

/** What is called to say something is called once: whoever reads the event later finds what it said. */
function flattenOnce(event: LogEvent): Record<string, unknown> | undefined {
  try {
    const flattened = flattenEvent(event);
    if (flattened !== undefined && Object.isExtensible(event)) event.logFlattened = flattened;
    return flattened;
  } catch {
    // Its format says nothing, now and later.
    return event.logFlattened;
  }
}

function withField(text: string, event: LogEvent, key: string): string {
  let json: string | undefined;
  try {
    json = valueAsJSON(event[key], undefined);
  } catch {
    json = UNPERSISTABLE;
  }
  return json === undefined ? text : `${text}${text === "" ? "" : ","}${quoted(key)}:${json}`;
}

// Events have few keys, short ones, and have them over and over; but nothing says so.
const MAX_QUOTED = 1000;
const MAX_QUOTED_LENGTH = 64;
const knownKeys = new Map<string, string>();

function quoted(key: string): string {
  const known = knownKeys.get(key);
  if (known !== undefined) return known;
  const json = JSON.stringify(key);
  if (key.length <= MAX_QUOTED_LENGTH) {
    if (knownKeys.size >= MAX_QUOTED) knownKeys.clear();
    knownKeys.set(key, json);
  }
  return json;
}

/** The value as JSON; `undefined` where it is left out. Throws where it is too big, or cannot be read. */
function valueAsJSON(value: unknown, writer: ObjectWriter | undefined): string | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      if (Object.is(value, -0)) return "-0";
      return Number.isFinite(value) ? String(value) : "null";
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return undefined;
    case "bigint":
      return `"${value}"`;
    case "object":
      if (value === null) return "null";
      if (value instanceof LogLevel) return `{"name":"${value.name}","${CLASS_KEY}":"${LEVEL_UUID}"}`;
      if (value instanceof Uint8Array) return JSON.stringify(bytesAsText(value));
      return (writer ?? new ObjectWriter()).write(value);
    default:
      return UNPERSISTABLE;
  }
}

/** Writes one object and all that is in it. */
class ObjectWriter {
  #values = 0;
  readonly #ancestors: object[] = [];

  write(value: object): string | undefined {
    if (this.#ancestors.includes(value) || this.#ancestors.length >= MAX_DEPTH) return UNPERSISTABLE;
    this.#ancestors.push(value);
    const json = this.#parts(value);
    this.#ancestors.pop();
    return json;
  }

  #parts(value: object): string | undefined {
    if (Array.isArray(value)) return this.#items(value);
    if (value instanceof Failure) return this.#entries({ ...persistableError(value.value), [CLASS_KEY]: FAILURE_UUID });
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === "function") return valueAsJSON(Reflect.apply(toJSON, value, []), this);
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null ? this.#entries(value) : UNPERSISTABLE;
  }

  #items(array: readonly unknown[]): string {
    let text = "";
    for (let index = 0; index < array.length; index++) {
      this.#count();
      text += `${index === 0 ? "" : ","}${valueAsJSON(array[index], this) ?? "null"}`;
    }
    return `[${text}]`;
  }

  #entries(object: object): string {
    let text = "";
    for (const [key, value] of Object.entries(object)) {
      this.#count();
      const json = valueAsJSON(value, this);
      if (json !== undefined) text += `${text === "" ? "" : ","}${quoted(key)}:${json}`;
    }
    return `{${text}}`;
  }

  #count(): void {
    if (++this.#values > MAX_VALUES) throw new RangeError(`Cannot write a value: it has more than ${MAX_VALUES} parts`);
  }
}

function bytesAsText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** An error as the plain object that `eventFromJSON` knows; anything else that was thrown is kept as a value. */
function persistableError(error: unknown, causes = 0): object {
  if (!(error instanceof Error)) return { value: error };
  const { name, message, stack, cause, ...fields } = error;
  const saved = { name, message, stack, fields };
  return cause === undefined || causes >= MAX_CAUSES ? saved : { ...saved, cause: persistableError(cause, causes + 1) };
}
