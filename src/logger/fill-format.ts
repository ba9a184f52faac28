/**
 * Fills the fields of a format from an event.
 *
 * The first name of a field is a key of the event itself, never something inherited; what follows may be inherited, as getters and
 * methods are. Something that is not there is an error, not `undefined`: a misspelt field shall be seen.
 *
 * An event that was saved carries in `logFlattened` what could not be saved otherwise: results of calls, attributes of objects, objects as
 * text. Where a field has an entry there, that is what it says; all others are filled from the event as usual.
 */
import { convert } from "./format-value.ts";
import type { Field, Part } from "./format-template.ts";
import { parseFormat } from "./format-template.ts";
import { formatWithSpec } from "./format-spec.ts";
import type { LogEvent } from "./log-event.ts";

// Fields in the specification of a field, and no deeper.
const MAX_DEPTH = 2;

/** The text of `format`, filled from `event`. Throws where it makes no sense for it. */
export function fillFormat(format: string, event: LogEvent): string {
  return fill(parseFormat(format), event, new FlatKeys(event.logFlattened), 1);
}

/** What `logFlattened` has to say of `event`: its fields, so far as JSON would not keep them. Throws where the format makes no sense. */
export function flattenEvent(event: LogEvent): Record<string, unknown> | undefined {
  if (typeof event.logFormat !== "string") return event.logFlattened;
  const keys = new FlatKeys(event.logFlattened);
  let flattened: Record<string, unknown> | undefined;
  for (const { field } of parseFormat(event.logFormat)) {
    if (field === undefined) continue;
    const key = keys.next(field);
    if (keys.has(key)) continue;
    const value = resolveField(field, event);
    if (field.steps.length === 0 && survivesJSON(value)) continue;
    flattened ??= {};
    flattened[key] = formatField(field, value, event, 1);
    flattened[structuredKey(key, field)] = value;
  }
  return flattened === undefined ? event.logFlattened : { ...event.logFlattened, ...flattened };
}

/**
 * The value of a field of `event`: `field` is what would stand between braces in its format. With a conversion, as in `"name!r"`, it is
 * the text. Throws `TypeError` where the event has no such field.
 *
 * @example
 * const event = { logFormat: "{user.name} has left", user: { name: "Ada" } };
 * assert.equal(extractField("user.name", event), "Ada");
 * assert.equal(extractField("user.name!r", event), "'Ada'");
 */
export function extractField(field: string, event: LogEvent): unknown {
  const [part, ...more] = parseFormat(`{${field}}`);
  if (part?.field === undefined || part.literal !== "" || more.length > 0) {
    throw new SyntaxError(
      `Cannot extract the field ${JSON.stringify(field)}: expected what stands between the braces of a format`,
    );
  }
  const { conversion } = part.field;
  const keys = new FlatKeys(event.logFlattened);
  const key = keys.next(part.field);
  const saved = conversion === "" ? structuredKey(key, part.field) : key;
  if (keys.has(saved)) return keys.get(saved);
  const value = resolveField(part.field, event);
  return conversion === "" ? value : formatField(part.field, value, event, 1);
}

function fill(parts: readonly Part[], event: LogEvent, keys: FlatKeys, depth: number): string {
  let text = "";
  for (const { literal, field } of parts) {
    text += literal;
    if (field === undefined) continue;
    const key = keys.next(field);
    text += keys.has(key) ? String(keys.get(key)) : formatField(field, resolveField(field, event), event, depth);
  }
  return text;
}

function formatField(field: Field, value: unknown, event: LogEvent, depth: number): string {
  return formatWithSpec(convert(value, field.conversion), fillSpec(field.spec, event, depth));
}

function fillSpec(spec: string, event: LogEvent, depth: number): string {
  if (!spec.includes("{") && !spec.includes("}")) return spec;
  if (depth >= MAX_DEPTH)
    throw new SyntaxError("Cannot fill the format: it has fields in fields in fields, expected fewer");
  return fill(parseFormat(spec), event, new FlatKeys(undefined), depth + 1);
}

function resolveField(field: Field, event: LogEvent): unknown {
  if (!Object.hasOwn(event, field.first)) {
    throw new TypeError(`Cannot read field {${field.name}}: the event has no ${JSON.stringify(field.first)}`);
  }
  let receiver: unknown;
  let value: unknown = event[field.first];
  for (const { kind, key } of field.steps) {
    if (kind === "call") {
      if (typeof value !== "function") {
        throw new TypeError(
          `Cannot read field {${field.name}}: it calls something of type ${typeof value}, expected a function`,
        );
      }
      value = Reflect.apply(value, receiver, []);
      receiver = undefined;
    } else {
      receiver = value;
      value = kind === "index" && value instanceof Map ? entryOf(value, key, field) : propertyOf(value, key, field);
    }
  }
  return value;
}

function propertyOf(value: unknown, key: string, field: Field): unknown {
  if (value === null || value === undefined || !(key in Object(value))) {
    const holder = value === null ? "null" : typeof value;
    throw new TypeError(
      `Cannot read field {${field.name}}: there is no ${JSON.stringify(key)} in something of type ${holder}`,
    );
  }
  return (value as Record<string, unknown>)[key];
}

function entryOf(map: ReadonlyMap<unknown, unknown>, key: string, field: Field): unknown {
  if (map.has(key)) return map.get(key);
  if (map.has(Number(key))) return map.get(Number(key));
  throw new TypeError(`Cannot read field {${field.name}}: there is no ${JSON.stringify(key)} in the map`);
}

/** Whether `value` is the same after it was written as JSON and read again. */
function survivesJSON(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" || typeof value === "boolean" || value === null;
}

/** Gives the fields of a format the keys that they have in `logFlattened`: a field that comes twice may say something else then. */
class FlatKeys {
  readonly #saved: Record<string, unknown> | undefined;
  readonly #seen = new Map<string, number>();

  constructor(saved: Record<string, unknown> | undefined) {
    this.#saved = saved;
  }

  next(field: Field): string {
    const key = `${field.name}!${field.conversion === "" ? "s" : field.conversion}:${field.spec}`;
    const count = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, count);
    return count === 1 ? key : `${key}/${count}`;
  }

  has(key: string): boolean {
    return this.#saved !== undefined && Object.hasOwn(this.#saved, key);
  }

  get(key: string): unknown {
    return this.#saved?.[key];
  }
}

/** The key of the value itself, beside that of its text. */
function structuredKey(key: string, field: Field): string {
  const conversionEnd = key.indexOf(":", field.name.length);
  return `${field.name}!${key.slice(conversionEnd)}`;
}
