/**
 * Format specifications: what follows the colon in `{size:>10,}`, as in Python:
 *
 *     [[fill]align][sign][#][0][width][grouping][.precision][type]
 *
 * JavaScript has one kind of number where Python has two, so whole numbers take the types of both. Anything that is neither a number
 * nor a date is laid out as its text.
 */
import { asString } from "./format-value.ts";
import { formatTime } from "./format-time.ts";

// Room for any table; more is a mistake, and would be memory that somebody pays for.
const MAX_WIDTH = 1000;
const MAX_PRECISION = 100;

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

interface Spec {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

/** Lays `value` out as `spec` says. Throws `SyntaxError` or `RangeError` where `spec` makes no sense for it. */
export function formatWithSpec(value: unknown, spec: string): string {
  if (spec === "") return asString(value);
  if (value instanceof Date) return formatTime(value.getTime() / 1000, { timeFormat: spec });
  const parsed = parseSpec(spec);
  if (typeof value === "number" || typeof value === "bigint") return formatNumber(value, parsed);
  return formatText(asString(value), parsed);
}

function parseSpec(text: string): Spec {
  const match = SPEC.exec(text);
  if (match === null)
    throw new SyntaxError(`Cannot use the format specification ${JSON.stringify(text)}: it makes no sense`);
  const [, fill, align, sign, alternate, zero, width, grouping, precision, type] = match;
  return {
    fill: fill ?? (zero === undefined ? " " : "0"),
    align: align ?? (zero === undefined ? undefined : "="),
    sign: sign ?? "-",
    alternate: alternate !== undefined,
    width: bounded(width ?? "0", MAX_WIDTH, "width"),
    grouping: grouping ?? "",
    precision: precision === undefined ? undefined : bounded(precision, MAX_PRECISION, "precision"),
    type: type ?? "",
  };
}

function bounded(digits: string, limit: number, what: string): number {
  const number = Number(digits);
  if (number > limit) throw new RangeError(`Cannot format with a ${what} of ${digits}: expected at most ${limit}`);
  return number;
}

function formatText(text: string, spec: Spec): string {
  if (spec.type !== "" && spec.type !== "s") refuse(spec, "text");
  const chars = Array.from(text);
  const cut = spec.precision === undefined ? chars : chars.slice(0, spec.precision);
  return pad("", cut.join(""), cut.length, spec, "<");
}

function formatNumber(value: number | bigint, spec: Spec): string {
  const negative = value < 0 || Object.is(value, -0);
  const magnitude = negative ? -value : value;
  const [prefix, digits, suffix] =
    Number.isFinite(Number(magnitude)) || typeof magnitude === "bigint"
      ? digitsOf(magnitude, spec)
      : ["", String(magnitude), ""];
  const sign = negative ? "-" : spec.sign === "-" ? "" : spec.sign;
  const head = sign + prefix;
  const body = group(digits, head.length + suffix.length, spec) + suffix;
  return pad(head, body, body.length, spec, ">");
}

function digitsOf(value: number | bigint, spec: Spec): [prefix: string, digits: string, suffix: string] {
  const { type, alternate } = spec;
  switch (type) {
    case "":
      return ["", spec.precision === undefined ? String(value) : general(Number(value), spec), ""];
    case "d":
      return ["", whole(value, spec).toString(), ""];
    case "b":
      return [alternate ? "0b" : "", whole(value, spec).toString(2), ""];
    case "o":
      return [alternate ? "0o" : "", whole(value, spec).toString(8), ""];
    case "x":
      return [alternate ? "0x" : "", whole(value, spec).toString(16), ""];
    case "X":
      return [alternate ? "0X" : "", whole(value, spec).toString(16).toUpperCase(), ""];
    case "c":
      return ["", String.fromCodePoint(Number(whole(value, spec))), ""];
    case "e":
      return ["", exponential(Number(value), spec.precision ?? 6), ""];
    case "E":
      return ["", exponential(Number(value), spec.precision ?? 6).toUpperCase(), ""];
    case "f":
    case "F":
      return ["", fixed(Number(value), spec.precision ?? 6), ""];
    case "g":
      return ["", general(Number(value), spec), ""];
    case "n":
      return ["", Number.isInteger(Number(value)) ? whole(value, spec).toString() : general(Number(value), spec), ""];
    case "G":
      return ["", general(Number(value), spec).toUpperCase(), ""];
    case "%":
      return ["", fixed(Number(value) * 100, spec.precision ?? 6), "%"];
    default:
      return refuse(spec, "a number");
  }
}

function whole(value: number | bigint, spec: Spec): number | bigint {
  if (typeof value === "number" && !Number.isInteger(value)) return refuse(spec, "a number with a fraction");
  // Past 1e21 numbers print with an exponent; a bigint never does.
  return typeof value === "number" && value >= 1e21 ? BigInt(value) : value;
}

function fixed(value: number, precision: number): string {
  if (value < 1e21) return value.toFixed(precision);
  const fraction = precision === 0 ? "" : `.${"0".repeat(precision)}`;
  return Number.isFinite(value) ? `${BigInt(value)}${fraction}` : String(value);
}

function exponential(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([-+])(\d)$/, "e$10$2");
}

/** As many significant digits as the precision says, with an exponent for the very big and the very small. */
function general(value: number, spec: Spec): string {
  const precision = Math.max(spec.precision ?? 6, 1);
  const scientific = exponential(value, precision - 1);
  const exponent = Number(scientific.slice(scientific.indexOf("e") + 1));
  if (exponent >= -4 && exponent < precision) {
    return trimZeros(fixed(value, precision - 1 - exponent), spec);
  }
  const [mantissa = "", power = ""] = scientific.split("e");
  return `${trimZeros(mantissa, spec)}e${power}`;
}

function trimZeros(digits: string, spec: Spec): string {
  return spec.alternate || !digits.includes(".") ? digits : digits.replace(/\.?0+$/, "");
}

/** Puts separators between the digits before the point, and between the zeros that fill the width, where zeros do. */
function group(digits: string, taken: number, spec: Spec): string {
  if (spec.grouping === "") return digits;
  const size = "boxX".includes(spec.type) && spec.type !== "" ? 4 : 3;
  const end = digits.search(size === 3 ? /[^\d]|$/ : /$/);
  const rest = digits.slice(end);
  let integer = digits.slice(0, end);
  let grouped = groupEvery(integer, size, spec.grouping);
  while (spec.align === "=" && spec.fill === "0" && grouped.length + rest.length + taken < spec.width) {
    integer = `0${integer}`;
    grouped = groupEvery(integer, size, spec.grouping);
  }
  return grouped + rest;
}

function groupEvery(digits: string, size: number, separator: string): string {
  let text = "";
  for (let end = digits.length; end > 0; end -= size) {
    const chunk = digits.slice(Math.max(0, end - size), end);
    text = text === "" ? chunk : chunk + separator + text;
  }
  return text;
}

function pad(head: string, body: string, length: number, spec: Spec, defaultAlign: string): string {
  const missing = Math.max(0, spec.width - head.length - length);
  if (missing === 0) return head + body;
  switch (spec.align ?? defaultAlign) {
    case "<":
      return head + body + spec.fill.repeat(missing);
    case "^": {
      const left = Math.floor(missing / 2);
      return spec.fill.repeat(left) + head + body + spec.fill.repeat(missing - left);
    }
    case "=":
      if (defaultAlign === "<") return body + spec.fill.repeat(missing);
      return head + spec.fill.repeat(missing) + body;
    default:
      return spec.fill.repeat(missing) + head + body;
  }
}

function refuse(spec: Spec, what: string): never {
  throw new SyntaxError(`Cannot format ${what} as '${spec.type}': that is for other values`);
}
