/**
 * Moments as text. The formats are those of strftime with English names; times are local, as log files are read where they are written.
 *
 * Most events of a second have the same text, so the last one made is kept.
 */

/** The format of timestamps unless told otherwise: `2013-10-22T14:19:11-07:00`. */
export const timeFormatRFC3339 = "%Y-%m-%dT%H:%M:%S%:z";

/** The options of `formatTime`. */
export interface FormatTimeOptions {
  /** How to say it; `null` is "not at all". Default: `timeFormatRFC3339`. */
  readonly timeFormat?: string | null;
  /** What to say of no time. Default: `"-"`. */
  readonly default?: string;
}

let lastSecond = Number.NaN;
let lastText = "";

/**
 * The moment `when`, in seconds since 1970, as text.
 *
 * @example
 * assert.match(formatTime(0), /^19(69|70)-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/);
 * assert.match(formatTime(1e9, { timeFormat: "%Y/%j" }), /^2001\/25[12]$/);
 * assert.equal(formatTime(undefined), "-");
 */
export function formatTime(when: number | null | undefined, options: FormatTimeOptions = {}): string {
  const { timeFormat = timeFormatRFC3339, default: fallback = "-" } = options;
  if (timeFormat === null || when === null || when === undefined) return fallback;
  if (timeFormat !== timeFormatRFC3339) return strftime(when, timeFormat, fallback);
  const second = Math.floor(when);
  if (second !== lastSecond) {
    lastText = strftime(second, timeFormat, fallback);
    lastSecond = second;
  }
  return lastText === "" ? fallback : lastText;
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const SECONDS_PER_DAY = 86_400;

function strftime(when: number, timeFormat: string, fallback: string): string {
  const date = new Date(when * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  return timeFormat.replace(/%(:?[a-zA-Z]|%)/g, (directive, letter: string) => part(letter, date, when) ?? directive);
}

function part(letter: string, date: Date, when: number): string | undefined {
  switch (letter) {
    case "Y":
      return digits(date.getFullYear(), 4);
    case "m":
      return digits(date.getMonth() + 1, 2);
    case "d":
      return digits(date.getDate(), 2);
    case "H":
      return digits(date.getHours(), 2);
    case "M":
      return digits(date.getMinutes(), 2);
    case "S":
      return digits(date.getSeconds(), 2);
    case "f":
      return digits(Math.floor((when - Math.floor(when)) * 1e6), 6);
    case "z":
      return offset(date, "");
    case ":z":
      return offset(date, ":");
    case "y":
      return digits(date.getFullYear() % 100, 2);
    case "j":
      return digits(dayOfYear(date) + 1, 3);
    case "I":
      return digits(date.getHours() % 12 || 12, 2);
    case "p":
      return date.getHours() < 12 ? "AM" : "PM";
    case "A":
      return DAYS[date.getDay()];
    case "a":
      return DAYS[date.getDay()]?.slice(0, 3);
    case "B":
      return MONTHS[date.getMonth()];
    case "b":
      return MONTHS[date.getMonth()]?.slice(0, 3);
    case "w":
      return String(date.getDay());
    case "U":
      return digits(Math.floor((dayOfYear(date) + 7 - date.getDay()) / 7), 2);
    case "W":
      return digits(Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 6) % 7)) / 7), 2);
    case "s":
      return String(Math.floor(when));
    case "%":
      return "%";
    default:
      return undefined;
  }
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, "0");
}

function offset(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${digits(Math.floor(size / 60), 2)}${separator}${digits(size % 60, 2)}`;
}

/** Days since the first of January. */
function dayOfYear(date: Date): number {
  const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  const first = Date.UTC(date.getFullYear(), 0, 1);
  return Math.round((day - first) / 1000 / SECONDS_PER_DAY);
}
