import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { FileLogObserver, textFileLogObserver } from "../../src/logger/file-log-observer.ts";
import { LogLevel } from "../../src/logger/log-level.ts";

function output(): { written: string[]; write: (text: string) => void } {
  const written: string[] = [];
  return { written, write: (text) => void written.push(text) };
}

test("FileLogObserver, events, writes what the format makes of each, and nothing for nothing", () => {
  const file = output();
  const observer = new FileLogObserver(file, ({ n }) => (n === 2 ? null : n === 3 ? "" : `event ${String(n)}\n`));
  for (const n of [1, 2, 3, 4]) observer({ n });
  assert.deepEqual(file.written, ["event 1\n", "event 4\n"]);
});

test("FileLogObserver, a file, is called as a method", () => {
  const stream = new PassThrough();
  new FileLogObserver(stream, () => "line\n")({});
  assert.equal(String(stream.read()), "line\n");
});

test("FileLogObserver, something that cannot be written to, throws", () => {
  for (const file of [undefined, null, {}, "path", 1]) {
    assert.throws(() => new FileLogObserver(file as never, () => ""), /^TypeError: Cannot log to .*: it has no write/);
  }
});

test("textFileLogObserver, an event, writes a line of classic text", () => {
  const event = { logFormat: "Hello,\n{name}", name: "Ada", logTime: 0, logLevel: LogLevel.info, logNamespace: "a.b" };
  const file = output();
  textFileLogObserver(file)(event);
  textFileLogObserver(file, { timeFormat: null })(event);
  textFileLogObserver(file, { timeFormat: "%s" })(event);
  assert.match(
    file.written[0] ?? "",
    /^(1970-01-01|1969-12-31)T\d\d:\d\d:\d\d[-+]\d\d:\d\d \[a\.b#info\] Hello,\n\tAda\n$/,
  );
  assert.equal(file.written[1], "- [a.b#info] Hello,\n\tAda\n");
  assert.equal(file.written[2], "0 [a.b#info] Hello,\n\tAda\n");
});
