import assert from "node:assert/strict";
import { Console } from "node:console";
import { once } from "node:events";
import { test } from "node:test";
import { formatEvent } from "../../src/logger/format-event.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { Logger } from "../../src/logger/logger.ts";
import { LoggingFile } from "../../src/logger/logging-file.ts";

function recording(level?: LogLevel): { file: LoggingFile; events: LogEvent[] } {
  const events: LogEvent[] = [];
  const logger = new Logger({ namespace: "stdout", observer: (event) => events.push(event) });
  return { file: new LoggingFile(level === undefined ? { logger } : { logger, level }), events };
}

test("LoggingFile, lines in parts, become events", () => {
  const { file, events } = recording();
  file.write("one\ntw");
  assert.deepEqual(events.map(formatEvent), ["one"]);
  file.write(Buffer.from("o\n\n{x}\n"));
  assert.deepEqual(events.map(formatEvent), ["one", "two", "", "{x}"]);
  assert.ok(events.every(({ logLevel, logNamespace }) => logLevel === LogLevel.info && logNamespace === "stdout"));
});

test("LoggingFile, characters in parts, are whole", () => {
  const { file, events } = recording(LogLevel.error);
  for (const byte of Buffer.from("é😀\n")) file.write(Uint8Array.of(byte));
  assert.deepEqual(events.map(formatEvent), ["é😀"]);
  assert.equal(events[0]?.logLevel, LogLevel.error);
});

test("LoggingFile, ended, logs the last line even without its end", async () => {
  const { file, events } = recording();
  file.end("rest");
  await once(file, "finish");
  assert.deepEqual(events.map(formatEvent), ["rest"]);
  const { file: empty, events: none } = recording();
  empty.end("line\n");
  await once(empty, "finish");
  assert.deepEqual(none.map(formatEvent), ["line"]);
});

test("LoggingFile, output without lines, becomes events of limited length", () => {
  const { file, events } = recording();
  for (let n = 0; n < 20; n++) file.write("x".repeat(10_000));
  assert.equal(events.length, 3);
  assert.ok(events.every((event) => formatEvent(event).length === 65_536));
});

test("LoggingFile, under a console, logs what is printed", () => {
  const { file, events } = recording();
  new Console({ stdout: file }).log("%d apples", 3);
  assert.deepEqual(events.map(formatEvent), ["3 apples"]);
});
