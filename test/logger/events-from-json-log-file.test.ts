import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { EventsFromJSONLogOptions, LogSource } from "../../src/logger/events-from-json-log-file.ts";
import { eventsFromJSONLogFile, eventsFromJSONLogStream } from "../../src/logger/events-from-json-log-file.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import { globalLogBeginner, globalLogPublisher } from "../../src/logger/global-log.ts";
import { jsonFileLogObserver } from "../../src/logger/json-file-log-observer.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { LogFile } from "../../src/logger/log-file.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { Logger } from "../../src/logger/logger.ts";

globalLogBeginner.beginLoggingTo([], { discardBuffer: true });

const directory = mkdtempSync(join(tmpdir(), "hawser-json-"));
after(() => rmSync(directory, { recursive: true }));

/** What is read, and what is logged meanwhile. */
function read(
  source: LogSource,
  options: EventsFromJSONLogOptions = {},
): { events: LogEvent[]; complaints: LogEvent[] } {
  const complaints: LogEvent[] = [];
  const log = new Logger({ namespace: "test", observer: (event) => complaints.push(event) });
  return { events: [...eventsFromJSONLogFile(source, { log, ...options })], complaints };
}

test("eventsFromJSONLogFile, a file that was logged to, reads the events", () => {
  const path = join(directory, "round-trip.json");
  const file = LogFile.fromFullPath(path);
  const log = new Logger({ namespace: "a", observer: jsonFileLogObserver(file) });
  for (let n = 0; n < 100; n++) log.info("event {n}", { n });
  log.failure("oops", new RangeError("too far"));
  file.close();
  for (const source of [path, pathToFileURL(path)]) {
    const { events, complaints } = read(source, { bufferSize: 100 });
    assert.equal(events.length, 101);
    assert.equal(formatEvent(events[99] ?? {}), "event 99");
    assert.equal(events[99]?.logLevel, LogLevel.info);
    assert.equal(events[100]?.logFailure?.getErrorMessage(), "too far");
    assert.deepEqual(complaints, []);
  }
});

test("eventsFromJSONLogFile, bytes and parts, reads the events", () => {
  const text = '{"n":1}\n{"n":2}';
  for (const source of [[text], Buffer.from(text), [text.slice(0, 5), Buffer.from(text.slice(5))]]) {
    assert.deepEqual(read(source).events, [{ n: 1 }, { n: 2 }]);
  }
});

test("eventsFromJSONLogFile, bad records, reports them to the log and goes on", () => {
  const { events, complaints } = read(
    ['\u001e{"a":1}\n\u001e{"b":\u001enonsense\n\u001e{"cccccccccccccccccccccccc":1}\n\u001e{"d":4}\n'],
    {
      maxRecordLength: 20,
    },
  );
  assert.deepEqual(events, [{ a: 1 }, { d: 4 }]);
  assert.ok(complaints.every(({ logLevel }) => logLevel === LogLevel.error));
  assert.deepEqual(
    complaints.map(({ reason }) => reason),
    ["truncated", "invalid", "tooLong"],
  );
  const [truncated = "", invalid = "", tooLong = ""] = complaints.map(formatEvent);
  assert.equal(truncated, "Unable to read truncated JSON record <Buffer 7b 22 62 22 3a>");
  assert.match(invalid, /^Unable to read JSON record <Buffer 6e 6f .*>: SyntaxError: Unexpected token/);
  assert.match(tooLong, /^Unable to read JSON record of more than 20 bytes: <Buffer 7b 22 63/);
});

test("eventsFromJSONLogFile, no log given, reports to the global publisher", (t) => {
  const complaints: LogEvent[] = [];
  const observer = (event: LogEvent): void => void complaints.push(event);
  globalLogPublisher.addObserver(observer);
  t.after(() => globalLogPublisher.removeObserver(observer));
  assert.deepEqual([...eventsFromJSONLogFile(["nonsense"])], []);
  assert.equal(complaints[0]?.logNamespace, "hawser.logger");
});

test("eventsFromJSONLogFile, a separator that is given, splits at it", () => {
  assert.deepEqual(read(['#{"n":1}\n#{"n":2}\n'], { recordSeparator: "#" }).events, [{ n: 1 }, { n: 2 }]);
});

test(
  "eventsFromJSONLogFile, left early, closes the file",
  { skip: process.platform !== "linux" && "/proc/self/fd" },
  () => {
    const path = join(directory, "early.json");
    writeFileSync(path, '{"n":1}\n{"n":2}\n');
    const before = readdirSync("/proc/self/fd").length;
    for (const event of eventsFromJSONLogFile(path)) {
      assert.deepEqual(event, { n: 1 });
      assert.equal(readdirSync("/proc/self/fd").length, before + 1);
      break;
    }
    assert.equal(readdirSync("/proc/self/fd").length, before);
  },
);

test("eventsFromJSONLogFile, an empty or a missing file, is no events or the error of the system", () => {
  const path = join(directory, "empty.json");
  writeFileSync(path, "");
  assert.deepEqual(read(path).events, []);
  assert.throws(() => read(join(directory, "missing.json")), { code: "ENOENT" });
});

test("eventsFromJSONLogFile, limits that are none, throws", () => {
  for (const number of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => read([], { bufferSize: number }), /^RangeError: Cannot read .* bytes at a time/);
    assert.throws(() => read([], { maxRecordLength: number }), /^RangeError: Cannot read .* bytes a record/);
  }
});

test("eventsFromJSONLogStream, a stream, reads the events as they come", async () => {
  const events: LogEvent[] = [];
  const source = Readable.from([Buffer.from('{"n":1}\n{"n"'), Buffer.from(':2}\nnonsense\n{"n":3}')]);
  const complaints: LogEvent[] = [];
  const log = new Logger({ observer: (event) => complaints.push(event) });
  for await (const event of eventsFromJSONLogStream(source, { log })) events.push(event);
  assert.deepEqual(events, [{ n: 1 }, { n: 2 }, { n: 3 }]);
  assert.equal(complaints.length, 1);
});

test("eventsFromJSONLogStream, nothing at the end, ends", async () => {
  const events: LogEvent[] = [];
  for await (const event of eventsFromJSONLogStream(Readable.from(['{"n":1}\n']))) events.push(event);
  assert.deepEqual(events, [{ n: 1 }]);
});
