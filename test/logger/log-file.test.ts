import assert from "node:assert/strict";
import fs, { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import fc from "fast-check";
import { InvalidStateError } from "../../src/errors.ts";
import { FileLogObserver } from "../../src/logger/file-log-observer.ts";
import { LogFile } from "../../src/logger/log-file.ts";
import type { LogFileOptions } from "../../src/logger/log-file.ts";

function temporary(t?: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "hawser-log-file-"));
  t?.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function open(t: TestContext, options: LogFileOptions = {}): { file: LogFile; directory: string; errors: string[] } {
  const directory = temporary(t);
  const errors: string[] = [];
  const file = new LogFile("test.log", directory, { errorStream: { write: (text) => errors.push(text) }, ...options });
  t.after(() => file.close());
  return { file, directory, errors };
}

/** The names of the files in `directory`, and what is in them. */
function contents(directory: string): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")]));
}

test("LogFile.write, a file long enough, moves it aside first", (t) => {
  const { file, directory } = open(t, { rotateLength: 10 });
  file.write("123456789");
  assert.equal(file.shouldRotate(), false);
  file.write("0");
  assert.equal(file.shouldRotate(), true);
  assert.deepEqual(file.listLogs(), []);
  file.write("next\n");
  assert.deepEqual(contents(directory), { "test.log": "next\n", "test.log.1": "1234567890" });
  assert.equal(file.size, 5);
});

test("LogFile.write, several rotations, numbers the files from the latest", (t) => {
  const { file, directory } = open(t, { rotateLength: 1 });
  for (const data of ["a", "b", Buffer.from("c"), "d"]) file.write(data);
  assert.deepEqual(contents(directory), { "test.log": "d", "test.log.1": "c", "test.log.2": "b", "test.log.3": "a" });
  assert.deepEqual(file.listLogs(), [1, 2, 3]);
});

test("LogFile.write, characters of several bytes, counts bytes", (t) => {
  const { file } = open(t, { rotateLength: 4 });
  file.write("éé");
  assert.equal(file.size, 4);
  file.write("x");
  assert.deepEqual(file.listLogs(), [1]);
});

test("LogFile, maxRotatedFiles, removes the oldest", (t) => {
  const { file, directory } = open(t, { rotateLength: 1, maxRotatedFiles: 2 });
  for (const data of "abcdef") file.write(data);
  assert.deepEqual(contents(directory), { "test.log": "f", "test.log.1": "e", "test.log.2": "d" });
});

test("LogFile, files beyond maxRotatedFiles from before, are removed by the next rotation", (t) => {
  const { file, directory } = open(t, { maxRotatedFiles: 2 });
  for (const number of [1, 2, 3, 7]) writeFileSync(join(directory, `test.log.${number}`), `old ${number}`);
  file.write("new");
  file.rotate();
  assert.deepEqual(contents(directory), { "test.log": "", "test.log.1": "new", "test.log.2": "old 1" });
});

test("LogFile, a file that is there, goes on at its length", (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, "test.log"), "12345");
  const file = new LogFile("test.log", directory, { rotateLength: 5 });
  file.write("next");
  assert.deepEqual(contents(directory), { "test.log": "next", "test.log.1": "12345" });
  file.close();
});

test("LogFile, rotateLength null or 0, never rotates by itself", (t) => {
  for (const rotateLength of [null, 0]) {
    const { file } = open(t, { rotateLength });
    for (let n = 0; n < 20; n++) file.write("x".repeat(100_000));
    assert.deepEqual(file.listLogs(), []);
    file.rotate();
    assert.deepEqual(file.listLogs(), [1]);
  }
});

test("LogFile, no options, rotates at a million bytes", (t) => {
  const { file } = open(t);
  file.write("x".repeat(999_999));
  file.write("x");
  assert.deepEqual(file.listLogs(), []);
  file.write("x");
  assert.deepEqual(file.listLogs(), [1]);
});

test("LogFile, options that make no sense, throws", (t) => {
  const directory = temporary(t);
  const wrong = [
    { rotateLength: -1 },
    { rotateLength: 1.5 },
    { rotateLength: Number.NaN },
    { maxRotatedFiles: 0 },
    { maxRotatedFiles: 0.5 },
  ];
  for (const options of wrong) assert.throws(() => new LogFile("test.log", directory, options), RangeError);
  assert.deepEqual(readdirSync(directory), [], "and makes no file");
});

test("LogFile.listLogs, names of other kinds, are left alone", (t) => {
  const { file, directory } = open(t);
  const others = [
    "test.log.0",
    "test.log.01",
    "test.log.x",
    "test.log.1.gz",
    "test.log.-1",
    "atest.log.1",
    "test-log.1",
    "test.log.1e3",
  ];
  for (const name of [...others, "test.log.10", "test.log.2"]) writeFileSync(join(directory, name), name);
  assert.deepEqual(file.listLogs(), [2, 10]);
  file.rotate();
  for (const name of others) assert.equal(readFileSync(join(directory, name), "utf8"), name);
});

test("LogFile.rotate, a gap in the numbers, fills it", (t) => {
  const { file, directory } = open(t);
  for (const number of [1, 3]) writeFileSync(join(directory, `test.log.${number}`), `old ${number}`);
  file.write("new");
  file.rotate();
  assert.deepEqual(contents(directory), {
    "test.log": "",
    "test.log.1": "new",
    "test.log.2": "old 1",
    "test.log.3": "old 3",
  });
});

test("LogFile.rotate, a directory that is gone, goes on in the old file and tells once", (t) => {
  const { file, directory, errors } = open(t, { rotateLength: 1 });
  rmSync(directory, { recursive: true });
  for (let n = 0; n < 3; n++) file.write("line\n");
  assert.equal(file.size, 15, "no line is lost");
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", /cannot move it aside, logging goes on in it: Error: ENOENT/);
});

test("LogFile.rotate, files that cannot be removed, tells and goes on", (t) => {
  const { file, directory, errors } = open(t, { rotateLength: 1, maxRotatedFiles: 1 });
  mkdirSync(join(directory, "test.log.5"));
  for (const data of "abc") file.write(data);
  assert.equal(readFileSync(file.path, "utf8"), "c");
  assert.equal(readFileSync(`${file.path}.1`, "utf8"), "b");
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", /cannot remove old files: Error: (EISDIR|EPERM)/);
});

test(
  "LogFile, a device, is never moved aside",
  { skip: process.platform === "win32" && "there is no /dev/null" },
  (t) => {
    const file = LogFile.fromFullPath("/dev/null", { rotateLength: 1 });
    t.after(() => file.close());
    file.write("long enough");
    file.write("more");
    assert.equal(file.shouldRotate(), false);
    assert.ok(statSync("/dev/null").isCharacterDevice());
  },
);

test("LogFile.fromFullPath, a path, is the file in its directory", (t) => {
  const directory = temporary(t);
  const file = LogFile.fromFullPath(join(directory, "sub/../test.log"), { rotateLength: 7, maxRotatedFiles: 3 });
  t.after(() => file.close());
  assert.equal(file.name, "test.log");
  assert.equal(file.directory, directory);
  assert.equal(file.path, join(directory, "test.log"));
  assert.equal(file.rotateLength, 7);
  assert.equal(file.maxRotatedFiles, 3);
  const other = LogFile.fromFullPath(join(directory, "other.log"));
  t.after(() => other.close());
  assert.equal(other.rotateLength, 1_000_000);
});

test("LogFile, defaultMode, is that of the file and of those after it", (t) => {
  const { file } = open(t, { defaultMode: 0o600, rotateLength: 1 });
  file.write("a");
  file.write("b");
  for (const path of [file.path, `${file.path}.1`]) assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("LogFile.getLog and getCurrentLog, files of the log, are read line by line", (t) => {
  const { file } = open(t, { rotateLength: 1 });
  file.write("one\ntwo\n");
  file.write("three\n");
  const [old, current] = [file.getLog(1), file.getCurrentLog()];
  assert.deepEqual(old.readLines(), ["one\n", "two\n"]);
  assert.deepEqual(current.readLines(), ["three\n"]);
  old.close();
  current.close();
  assert.throws(() => file.getLog(2), { code: "ENOENT" });
});

test("LogFile, closed, refuses to write; reopened, goes on", (t) => {
  const { file, directory } = open(t, { rotateLength: 1 });
  file.write("one");
  file.close();
  assert.equal(file.closed, true);
  assert.throws(() => file.write("two"), /^InvalidStateError: Cannot write to the log file/);
  assert.throws(() => file.rotate(), InvalidStateError);
  file.reopen();
  file.flush();
  file.write("three");
  assert.deepEqual(contents(directory), { "test.log": "three", "test.log.1": "one" });
});

test("LogFile.reopen, after another program has moved the file, writes to a new one", (t) => {
  const { file, directory } = open(t);
  file.write("one\n");
  fs.renameSync(file.path, join(directory, "moved"));
  file.reopen();
  file.write("two\n");
  assert.deepEqual(contents(directory), { moved: "one\n", "test.log": "two\n" });
});

test("LogFile, any lines and any length, loses none and splits none", () => {
  const lines = fc.array(
    fc.string({ maxLength: 12 }).map((text) => `${text.replaceAll("\n", "")}\n`),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(
      lines,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 3, max: 9 }),
      (written, rotateLength, reopenEvery) => {
        const directory = temporary();
        try {
          const file = new LogFile("test.log", directory, { rotateLength });
          const observer = new FileLogObserver(file, ({ line }) => String(line));
          for (const [index, line] of written.entries()) {
            if (index % reopenEvery === 0) file.reopen();
            observer({ line });
          }
          const names = [
            ...file
              .listLogs()
              .toReversed()
              .map((number) => `test.log.${number}`),
            "test.log",
          ];
          file.close();
          const found = names.map((name) => readFileSync(join(directory, name), "utf8"));
          assert.equal(found.join(""), written.map((line) => Buffer.from(line).toString()).join(""));
          for (const text of found.slice(0, -1))
            assert.ok(text.endsWith("\n") && Buffer.byteLength(text) >= rotateLength);
        } finally {
          rmSync(directory, { recursive: true });
        }
      },
    ),
    { numRuns: 40 },
  );
});
