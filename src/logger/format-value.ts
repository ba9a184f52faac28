/**
 * Values as text, in a line: what `{x}` and `{x!r}` say.
 *
 * `asString` is for people: strings as they are, objects as their own class says, the rest as `inspect` shows it. JavaScript's own
 * conversion won't do, since it says `[object Object]` of what one wants to see and prints a Buffer's bytes as if they were text.
 * `asRepr` is for developers: what it says of a string shows where the string ends and what is in it.
 */
import { inspect } from "node:util";
import { Failure } from "../deferred/failure.ts";

// Conversions that say too little, or say it in the way of another language.
const UNHELPFUL: ReadonlySet<unknown> = new Set(
  [Object, Array, Buffer, Date].map(({ prototype }): unknown => Reflect.get(prototype, "toString")),
);

/** What `{x}` and `{x!s}` say of `value`. */
export function asString(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) {
    return typeof value === "function" ? asRepr(value) : String(value);
  }
  const { toString } = value as { toString?: unknown };
  if (typeof toString !== "function" || UNHELPFUL.has(toString)) return asRepr(value);
  return String(Reflect.apply(toString, value, []));
}

/** What `{x!r}` says of `value`. */
export function asRepr(value: unknown): string {
  // Their stacks have lines of their own in the log, and are not for the middle of a sentence.
  if (value instanceof Error) return `[${value.name}: ${value.message}]`;
  if (value instanceof Failure) return value.toString();
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true });
}

/** What `{x!a}` says of `value`: like `asRepr`, in ASCII. */
export function asAscii(value: unknown): string {
  return asRepr(value).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What the conversion says of `value`, or `value` where there is no conversion. */
export function convert(value: unknown, conversion: string): unknown {
  switch (conversion) {
    case "":
      return value;
    case "s":
      return asString(value);
    case "r":
      return asRepr(value);
    case "a":
      return asAscii(value);
    default:
      throw new SyntaxError(`Cannot convert a field: '!${conversion}' is unknown, expected '!r', '!s' or '!a'`);
  }
}
