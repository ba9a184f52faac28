import assert from "node:assert/strict";
import fs, { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { DailyLogFileOptions } from "../../src/logger/daily-log-file.ts";
import { DailyLogFile } from "../../src/logger/daily-log-file.ts";

const DAY = 86_400;
const MARCH_9 = Date.UTC(2026, 2, 9, 12) / 1000;

interface Opened {
  file: DailyLogFile;
  clock: { now: number };
  directory: string;
  errors: string[];
}

function open(t: TestContext, options: DailyLogFileOptions = {}, prepare?: (path: string) => void): Opened {
  const directory = mkdtempSync(join(tmpdir(), "hawser-daily-"));
  const clock = { now: MARCH_9 };
  const errors: string[] = [];
  prepare?.(join(directory, "test.log"));
  const file = new DailyLogFile("test.log", directory, {
    seconds: () => clock.now,
    utc: true,
    errorStream: { write: (text) => errors.push(text) },
    ...options,
  });
  t.after(() => {
    file.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { file, clock, directory, errors };
}

function contents(directory: string): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")]));
}

test("DailyLogFile.write, a new day, moves the file of the old one aside first", (t) => {
  const { file, clock, directory } = open(t);
  file.write("one\n");
  clock.now += DAY / 2 - 1;
  assert.equal(file.shouldRotate(), false);
  file.write("two\n");
  clock.now += 1;
  assert.equal(file.shouldRotate(), true);
  file.write("three\n");
  assert.equal(file.shouldRotate(), false);
  assert.deepEqual(contents(directory), { "test.log": "three\n", "test.log.2026_3_9": "one\ntwo\n" });
  assert.deepEqual(file.lastDate, [2026, 3, 10]);
});

test("DailyLogFile.write, days without a line, names the file after the day of the last line", (t) => {
  const { file, clock, directory } = open(t);
  file.write("one\n");
  clock.now += 40 * DAY;
  file.write("two\n");
  clock.now = Date.UTC(2027, 0, 1) / 1000;
  file.write("three\n");
  assert.deepEqual(contents(directory), {
    "test.log": "three\n",
    "test.log.2026_3_9": "one\n",
    "test.log.2026_4_18": "two\n",
  });
});

test("DailyLogFile, a file that is there, is of the day on which it was last written to", (t) => {
  const { file, directory } = open(t, {}, (path) => {
    writeFileSync(path, "old\n");
    utimesSync(path, MARCH_9 - 3 * DAY, MARCH_9 - 3 * DAY);
  });
  assert.deepEqual(file.lastDate, [2026, 3, 6]);
  file.write("new\n");
  assert.deepEqual(contents(directory), { "test.log": "new\n", "test.log.2026_3_6": "old\n" });
});

test("DailyLogFile, an empty file that is there, is of today", (t) => {
  const { file } = open(t, {}, (path) => {
    writeFileSync(path, "");
    utimesSync(path, 0, 0);
  });
  assert.equal(file.shouldRotate(), false);
});

test("DailyLogFile, a clock that is set back, does not rotate", (t) => {
  const { file, clock, directory } = open(t);
  file.write("one\n");
  clock.now -= DAY;
  file.write("two\n");
  assert.deepEqual(file.lastDate, [2026, 3, 9]);
  clock.now += DAY;
  file.write("three\n");
  assert.deepEqual(contents(directory), { "test.log": "one\ntwo\nthree\n" });
});

test("DailyLogFile.rotate, a file of that day that is there, goes on in the old one", (t) => {
  const { file, clock, directory, errors } = open(t);
  file.write("one\n");
  writeFileSync(join(directory, "test.log.2026_3_9"), "theirs\n");
  clock.now += DAY;
  file.write("two\n");
  assert.deepEqual(contents(directory), { "test.log": "one\ntwo\n", "test.log.2026_3_9": "theirs\n" });
  clock.now += DAY;
  file.write("three\n");
  assert.equal(readFileSync(join(directory, "test.log.2026_3_10"), "utf8"), "one\ntwo\n");
  assert.deepEqual(errors, []);
});

test("DailyLogFile.rotate, a directory that is gone, goes on in the old file and tells", (t) => {
  const { file, clock, directory, errors } = open(t);
  rmSync(directory, { recursive: true });
  clock.now += DAY;
  file.write("two\n");
  file.write("three\n");
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", /cannot move it aside/);
});

test("DailyLogFile.toDate, a moment, is its day in local time or UTC", (t) => {
  const zone = process.env["TZ"];
  process.env["TZ"] = "Asia/Tokyo";
  t.after(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });
  const local = open(t, { utc: false }).file;
  const universal = open(t).file;
  const late = Date.UTC(2026, 11, 31, 20) / 1000;
  assert.deepEqual(local.toDate(late), [2027, 1, 1]);
  assert.deepEqual(universal.toDate(late), [2026, 12, 31]);
  assert.deepEqual(universal.toDate(), [2026, 3, 9]);
  assert.equal(local.suffix(late), "2027_1_1");
  assert.equal(local.suffix([2026, 3, 9]), "2026_3_9");
});

test("DailyLogFile, no clock given, goes by the time of day", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "hawser-daily-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = DailyLogFile.fromFullPath(join(directory, "test.log"));
  file.write("one\n");
  const now = new Date();
  // Unless midnight has just passed.
  const [year, month, day] = file.lastDate;
  assert.ok(Math.abs(new Date(year, month - 1, day).getTime() - now.getTime()) < 2 * DAY * 1000);
  assert.equal(file.name, "test.log");
  assert.equal(file.directory, directory);
  file.close();
});

test("DailyLogFile.fromFullPath, options, are used", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "hawser-daily-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = DailyLogFile.fromFullPath(join(directory, "test.log"), {
    seconds: () => 0,
    utc: true,
    defaultMode: 0o640,
  });
  assert.deepEqual(file.lastDate, [1970, 1, 1]);
  assert.equal(statSync(file.path).mode & 0o777, 0o640);
  file.close();
});

test("DailyLogFile.getLog, a moment, reads the file of its day", (t) => {
  const { file, clock } = open(t);
  file.write("one\n");
  clock.now += DAY;
  file.write("two\n");
  const old = file.getLog(MARCH_9);
  const today = file.getLog(MARCH_9 + DAY);
  assert.deepEqual(old.readLines(), ["one\n"]);
  assert.deepEqual(today.readLines(), ["two\n"]);
  old.close();
  today.close();
  assert.throws(() => file.getLog(MARCH_9 - DAY), { code: "ENOENT" });
});

test("DailyLogFile.reopen, after another program has moved the file, writes to a new one", (t) => {
  const { file, clock, directory } = open(t);
  file.write("one\n");
  fs.renameSync(file.path, join(directory, "moved"));
  clock.now += DAY;
  file.reopen();
  assert.deepEqual(file.lastDate, [2026, 3, 10]);
  file.write("two\n");
  file.flush();
  assert.deepEqual(contents(directory), { moved: "one\n", "test.log": "two\n" });
});

test("DailyLogFile, closed, refuses to write", (t) => {
  const { file } = open(t);
  file.close();
  assert.equal(file.closed, true);
  assert.throws(() => file.write("x"), /^InvalidStateError: Cannot write to the log file/);
});
