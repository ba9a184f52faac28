import assert from "node:assert/strict";
import { test } from "node:test";
import { eventFromJSON } from "../../src/logger/event-from-json.ts";
import { jsonFileLogObserver } from "../../src/logger/json-file-log-observer.ts";

function lines(recordSeparator?: string): string[] {
  const written: string[] = [];
  const file = { write: (text: string) => written.push(text) };
  const observer = jsonFileLogObserver(file, recordSeparator === undefined ? {} : { recordSeparator });
  observer({ logFormat: "one" });
  observer({ logFormat: "two\n" });
  return written;
}

test("jsonFileLogObserver, events, writes each as RS, JSON and a newline", () => {
  assert.deepEqual(lines(), ['\u001e{"logFormat":"one"}\n', '\u001e{"logFormat":"two\\n"}\n']);
});

test("jsonFileLogObserver, another separator or none, writes that", () => {
  assert.deepEqual(lines(""), ['{"logFormat":"one"}\n', '{"logFormat":"two\\n"}\n']);
  assert.ok(lines("---").every((line) => line.startsWith("---{")));
  assert.deepEqual(eventFromJSON(lines("")[1] ?? ""), { logFormat: "two\n" });
});
