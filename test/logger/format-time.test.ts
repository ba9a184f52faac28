import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { formatTime, timeFormatRFC3339 } from "../../src/logger/format-time.ts";

const zone = process.env["TZ"];

beforeEach(() => {
  process.env["TZ"] = "America/New_York";
});

afterEach(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

// A Monday.
const MARCH_9 = Date.UTC(2026, 2, 9, 16, 5, 7) / 1000;

test("formatTime, a moment, is RFC 3339 in local time", () => {
  assert.equal(formatTime(MARCH_9), "2026-03-09T12:05:07-04:00");
  assert.equal(formatTime(MARCH_9 + 0.999), "2026-03-09T12:05:07-04:00");
  assert.equal(formatTime(MARCH_9 + 1), "2026-03-09T12:05:08-04:00");
  process.env["TZ"] = "Asia/Kolkata";
  assert.equal(formatTime(MARCH_9), "2026-03-09T21:35:07+05:30");
  assert.equal(Date.parse(formatTime(MARCH_9 + 5)), (MARCH_9 + 5) * 1000);
});

test("formatTime, before 1970, goes on backwards", () => {
  assert.equal(formatTime(-1), "1969-12-31T18:59:59-05:00");
  assert.equal(formatTime(-0.5), "1969-12-31T18:59:59-05:00");
});

test("formatTime, no time or no format, is the default", () => {
  assert.equal(formatTime(undefined), "-");
  assert.equal(formatTime(null), "-");
  assert.equal(formatTime(MARCH_9, { timeFormat: null }), "-");
  assert.equal(formatTime(undefined, { default: "never" }), "never");
});

test("formatTime, a number that is no moment, is the default", () => {
  for (const when of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
    assert.equal(formatTime(when), "-");
    assert.equal(formatTime(when), "-");
    assert.equal(formatTime(when, { timeFormat: "%Y" }), "-");
  }
  assert.equal(formatTime(MARCH_9, { timeFormat: timeFormatRFC3339 }), "2026-03-09T12:05:07-04:00");
});

test("formatTime, the directives of strftime, says them in English", () => {
  const said: [string, string][] = [
    ["%Y/%m/%d", "2026/03/09"],
    ["%y %j", "26 068"],
    ["%H:%M:%S", "12:05:07"],
    ["%I %p", "12 PM"],
    ["%f", "250000"],
    ["%z %:z", "-0400 -04:00"],
    ["%a %A %w", "Mon Monday 1"],
    ["%b %B", "Mar March"],
    ["%U %W", "10 10"],
    ["%s", String(MARCH_9)],
    ["100%%", "100%"],
    ["%Q %é %", "%Q %é %"],
    ["", ""],
  ];
  for (const [timeFormat, text] of said) assert.equal(formatTime(MARCH_9 + 0.25, { timeFormat }), text, timeFormat);
});

test("formatTime, weeks and hours at their ends, counts as strftime does", () => {
  const at = (month: number, day: number, hour: number): number =>
    new Date(2023, month - 1, day, hour).getTime() / 1000;
  const said: [number, string][] = [
    [at(1, 1, 0), "001 01 00 12 AM"],
    [at(1, 2, 1), "002 01 01 01 AM"],
    [at(12, 31, 23), "365 53 52 11 PM"],
    [at(11, 6, 12), "310 45 45 12 PM"],
  ];
  for (const [when, text] of said) assert.equal(formatTime(when, { timeFormat: "%j %U %W %I %p" }), text);
});
