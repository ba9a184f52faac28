import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "node:test";
import { isJournal, journalLogObserver } from "../../src/application/journal-log-observer.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { Logger } from "../../src/logger/logger.ts";

function journal() {
  const output = {
    text: "",
    write(text: string): void {
      this.text += text;
    },
  };
  return { output, log: new Logger({ namespace: "test", observer: journalLogObserver(output) }) };
}

test("journalLogObserver, puts the priority in front, and no time", () => {
  const { output, log } = journal();
  for (const level of ["debug", "info", "warn", "error", "critical"] as const) log[level]("Said");
  assert.equal(
    output.text,
    "<7>[test#debug] Said\n<6>[test#info] Said\n<4>[test#warn] Said\n<3>[test#error] Said\n<2>[test#critical] Said\n",
  );
});

test("journalLogObserver, puts it in front of each line, such as those of a stack", () => {
  const { output, log } = journal();
  log.failure("It failed", new RangeError("no luck"));
  const lines = output.text.trimEnd().split("\n");
  assert.ok(lines.length > 2);
  for (const line of lines) assert.match(line, /^<2>/);
});

test("journalLogObserver, says nothing of an event that says nothing", () => {
  const { output } = journal();
  journalLogObserver(output)({ logLevel: LogLevel.info });
  assert.equal(output.text, "");
});

test("isJournal, compares what JOURNAL_STREAM says", () => {
  const { dev, ino } = statSync("/dev/null");
  assert.equal(isJournal({ dev, ino }, { JOURNAL_STREAM: `${dev}:${ino}` }), true);
  assert.equal(isJournal({ dev, ino }, { JOURNAL_STREAM: `${dev}:${ino + 1}` }), false);
  assert.equal(isJournal({ dev, ino }, {}), false);
});
