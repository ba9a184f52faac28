import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { DateTime, dateTime } from "../../../src/amp/arguments/date-time.ts";
import { doesNotSend, received, refuses, sent } from "./fixtures.ts";

describe("dateTime", () => {
  test("has 32 characters on the wire, with the offset and microseconds", () => {
    const moment = new DateTime({
      year: 2012,
      month: 1,
      day: 23,
      hour: 12,
      minute: 34,
      second: 56,
      microsecond: 54_321,
      offset: -83,
    });
    assert.equal(sent(dateTime(), moment), "2012-01-23T12:34:56.054321-01:23");
    assert.deepEqual(received(dateTime(), "2012-01-23T12:34:56.054321-01:23"), moment);
  });

  test("says of UTC that it is -00:00, and reads +00:00 as well", () => {
    const moment = new DateTime({ year: 1, month: 2, day: 3 });
    assert.equal(sent(dateTime(), moment), "0001-02-03T00:00:00.000000-00:00");
    assert.deepEqual(received(dateTime(), "0001-02-03T00:00:00.000000+00:00"), moment);
    assert.equal(sent(dateTime(), new DateTime({ ...moment, offset: 90 })).slice(26), "+01:30");
  });

  test("sends a Date in UTC", () => {
    assert.equal(sent(dateTime(), new Date("2024-02-29T23:59:58.123+02:00")), "2024-02-29T21:59:58.123000-00:00");
  });

  test("refuses what is none", () => {
    doesNotSend(dateTime(), "2012-01-23T12:34:56.054321-01:23", 0, new Date(NaN), new Date(8e15));
    refuses(
      dateTime(),
      "",
      "2012-01-23",
      "2012-13-23T12:34:56.054321-01:23",
      "2011-02-29T12:34:56.054321-01:23",
      "2012-01-23T24:34:56.054321-01:23",
      "2012-01-23T12:60:56.054321-01:23",
      "2012-01-23T12:34:60.054321-01:23",
      "2012-01-23T12:34:56.054321 01:23",
      "2012-01-23T12:34:56.054321-24:00",
      "2012-01-23T12:34:56.054321-01:60",
      "0000-01-23T12:34:56.054321-01:23",
      "2012-00-23T12:34:56.054321-01:23",
      "2012-01-23 12:34:56.054321-01:23",
    );
  });
});

describe("DateTime", () => {
  test("fromDate and toDate, are the inverse of each other, in any place", () => {
    const dates = fc.date({
      min: new Date("0002-01-01T00:00:00Z"),
      max: new Date("9998-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, fc.integer({ min: -1439, max: 1439 }), (date, offset) => {
        const moment = DateTime.fromDate(date, offset);
        assert.deepEqual(moment.toDate(), date);
        assert.deepEqual(DateTime.parse(moment.toString()), moment);
        assert.equal(new Date(moment.toString().replace(/\d{3}([+-]\d\d:\d\d)$/, "$1")).getTime(), date.getTime());
      }),
    );
  });

  test("refuses a day or a time that there is not", () => {
    const day = { year: 2023, month: 2, day: 28 };
    for (const wrong of [
      { day: 29 },
      { month: 0 },
      { hour: 24 },
      { minute: -1 },
      { second: 1.5 },
      { microsecond: 1e6 },
      { offset: 1440 },
    ]) {
      assert.throws(() => new DateTime({ ...day, ...wrong }), RangeError);
    }
    assert.ok(Object.is(new DateTime({ ...day, offset: -0 }).offset, 0));
  });
});
