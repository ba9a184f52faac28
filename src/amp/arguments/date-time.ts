/** Moments: a date and a time of day to the microsecond, with the offset from UTC; always 32 characters. */
import { inspect } from "node:util";
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";
import { inspectable } from "../../inspectable.ts";

const WIRE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})([+-])(\d\d):(\d\d)$/;
const MINUTE = 60_000;
const LARGEST_OFFSET = 24 * 60 - 1;

/** What a `DateTime` has. */
export interface DateTimeFields {
  readonly year: number;
  /** From 1 on, as in the wire format. */
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly microsecond?: number;
  /** How many minutes the clock is ahead of UTC; 0 unless told otherwise. */
  readonly offset?: number;
}

/**
 * A date and a time of day somewhere: what a `Date` cannot say is kept, microseconds and the offset from UTC.
 *
 * @example
 * const moment = DateTime.parse("2012-01-23T12:34:56.054321-01:30");
 * assert.equal(moment.microsecond, 54321);
 * assert.equal(moment.toDate().toISOString(), "2012-01-23T14:04:56.054Z");
 */
export class DateTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** How many minutes the clock is ahead of UTC. */
  readonly offset: number;

  /** Throws a `RangeError` for a day or a time that there is not. */
  constructor(fields: DateTimeFields) {
    this.year = inRange("year", fields.year, 1, 9999);
    this.month = inRange("month", fields.month, 1, 12);
    this.day = inRange("day", fields.day, 1, daysIn(fields.year, fields.month));
    this.hour = inRange("hour", fields.hour ?? 0, 0, 23);
    this.minute = inRange("minute", fields.minute ?? 0, 0, 59);
    this.second = inRange("second", fields.second ?? 0, 0, 59);
    this.microsecond = inRange("microsecond", fields.microsecond ?? 0, 0, 999_999);
    this.offset = inRange("offset", fields.offset ?? 0, -LARGEST_OFFSET, LARGEST_OFFSET) + 0;
  }

  /** The moment of `date`, as a clock shows it that is `offset` minutes ahead of UTC. */
  static fromDate(date: Date, offset = 0): DateTime {
    const shown = new Date(date.getTime() + offset * MINUTE);
    return new DateTime({
      year: shown.getUTCFullYear(),
      month: shown.getUTCMonth() + 1,
      day: shown.getUTCDate(),
      hour: shown.getUTCHours(),
      minute: shown.getUTCMinutes(),
      second: shown.getUTCSeconds(),
      microsecond: shown.getUTCMilliseconds() * 1000,
      offset,
    });
  }

  /** What `toString` has written. Throws a `TypeError` for anything else. */
  static parse(text: string): DateTime {
    const match = WIRE.exec(text);
    if (match === null) {
      throw new TypeError(
        `${inspect(text)} is no date and time: expected one such as "2012-01-23T12:34:56.054321-01:23"`,
      );
    }
    const [year, month, day, hour, minute, second, microsecond] = match.slice(1, 8).map(Number);
    const hours = inRange("hour of the offset", Number(match[9]), 0, 23);
    const minutes = inRange("minute of the offset", Number(match[10]), 0, 59);
    const offset = (match[8] === "-" ? -1 : 1) * (hours * 60 + minutes);
    return new DateTime({
      year: year!,
      month: month!,
      day: day!,
      hour: hour!,
      minute: minute!,
      second: second!,
      microsecond: microsecond!,
      offset,
    });
  }

  /** The same moment, to the millisecond. */
  toDate(): Date {
    const date = new Date(0);
    date.setUTCFullYear(this.year, this.month - 1, this.day);
    date.setUTCHours(this.hour, this.minute - this.offset, this.second, Math.floor(this.microsecond / 1000));
    return date;
  }

  /** As it goes over the wire. UTC is `-00:00` there. */
  toString(): string {
    const date = `${digits(this.year, 4)}-${digits(this.month, 2)}-${digits(this.day, 2)}`;
    const time = `${digits(this.hour, 2)}:${digits(this.minute, 2)}:${digits(this.second, 2)}.${digits(this.microsecond, 6)}`;
    const minutes = Math.abs(this.offset);
    const zone = `${digits(Math.floor(minutes / 60), 2)}:${digits(minutes % 60, 2)}`;
    return `${date}T${time}${this.offset > 0 ? "+" : "-"}${zone}`;
  }

  static {
    inspectable(this.prototype, (moment) => `DateTime ${moment.toString()}`);
  }
}

class DateTimeArgument<Optional extends boolean> extends Argument<DateTime, DateTime | Date, Optional> {
  override decode(bytes: Buffer): DateTime {
    return DateTime.parse(bytes.toString("latin1"));
  }

  override encode(value: DateTime | Date): string {
    if (value instanceof DateTime) return value.toString();
    if (value instanceof Date) return DateTime.fromDate(value).toString();
    throw new TypeError(
      `Cannot send ${inspect(value, { depth: 0 })} as a date and time: expected a DateTime or a Date`,
    );
  }
}

function inRange(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`There is no date and time with the ${what} ${String(value)}: expected ${least} to ${most}`);
}

function daysIn(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}

/**
 * Moments, as `DateTime`. A `Date` may be given as well, and is sent in UTC.
 *
 * @example
 * const Remind = command("Remind", { arguments: { at: dateTime() } });
 * const box = Remind.makeArguments({ at: new Date("2024-02-29T12:00:00Z") });
 * assert.equal(box.get("at")?.toString(), "2024-02-29T12:00:00.000000-00:00");
 */
export function dateTime<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<DateTime, DateTime | Date, NoInfer<Optional>> {
  return new DateTimeArgument(options);
}
