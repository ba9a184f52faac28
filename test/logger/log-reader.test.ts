import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LogReader } from "../../src/logger/log-reader.ts";

const directory = mkdtempSync(join(tmpdir(), "hawser-reader-"));
after(() => rmSync(directory, { recursive: true }));
const path = join(directory, "test.log");

test("LogReader.readLines, a number, answers as many lines as there are", () => {
  writeFileSync(path, Array.from({ length: 25 }, (_, n) => `line ${n}\n`).join(""));
  const reader = new LogReader(path);
  assert.equal(reader.readLines().length, 10);
  assert.deepEqual(reader.readLines(2), ["line 10\n", "line 11\n"]);
  assert.deepEqual(reader.readLines(0), []);
  assert.equal(reader.readLines(100).length, 13);
  assert.deepEqual(reader.readLines(), []);
  reader.close();
});

test("LogReader.readLines, a last line without end and lines that come later, are read", () => {
  writeFileSync(path, "one\n\ntwé");
  const reader = new LogReader(path);
  assert.deepEqual(reader.readLines(), ["one\n", "\n", "twé"]);
  appendFileSync(path, "three\n");
  assert.deepEqual(reader.readLines(), ["three\n"]);
  reader.close();
});

test("LogReader.readLines, lines longer than what is read at a time, are whole", () => {
  const long = `${"é".repeat(150_000)}\n`;
  writeFileSync(path, `${long}short\n${long}`);
  const reader = new LogReader(path);
  assert.deepEqual(reader.readLines(), [long, "short\n", long]);
  reader.close();
});

test("LogReader, no such file, throws the error of the system", () => {
  assert.throws(() => new LogReader(join(directory, "missing")), { code: "ENOENT" });
});
