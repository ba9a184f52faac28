import assert from "node:assert/strict";
import { test } from "node:test";
import { formatEvent } from "../../src/logger/format-event.ts";
import type { LogEvent, LogObserver } from "../../src/logger/log-event.ts";
import type { LogBeginnerOptions } from "../../src/logger/log-beginner.ts";
import { LogBeginner } from "../../src/logger/log-beginner.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { LogPublisher } from "../../src/logger/log-publisher.ts";
import { Logger } from "../../src/logger/logger.ts";

function begin(options?: LogBeginnerOptions): { beginner: LogBeginner; log: Logger; errors: string[] } {
  const publisher = new LogPublisher();
  const errors: string[] = [];
  const beginner = new LogBeginner(publisher, { write: (text) => errors.push(text) }, options);
  return { beginner, log: new Logger({ namespace: "a", observer: publisher }), errors };
}

function recording(): { texts: string[]; events: LogEvent[]; observer: LogObserver } {
  const texts: string[] = [];
  const events: LogEvent[] = [];
  const observer = (event: LogEvent): void => {
    events.push(event);
    texts.push(formatEvent(event));
  };
  return { texts, events, observer };
}

test("LogBeginner.beginLoggingTo, events so far, go to the observers before later ones", () => {
  const { beginner, log } = begin();
  const first = recording();
  const second = recording();
  log.debug("one");
  log.info("two");
  beginner.beginLoggingTo([first.observer, second.observer]);
  log.info("three");
  assert.deepEqual(first.texts, ["one", "two", "three"]);
  assert.deepEqual(second.texts, ["one", "two", "three"]);
});

test("LogBeginner.beginLoggingTo, discardBuffer, drops the events so far", () => {
  const { beginner, log } = begin();
  const { texts, observer } = recording();
  log.info("one");
  beginner.beginLoggingTo([observer], { discardBuffer: true });
  log.info("two");
  assert.deepEqual(texts, ["two"]);
});

test("LogBeginner, more events than it keeps, keeps the last ones", () => {
  for (const [options, kept] of [
    [{ initialBufferSize: 3 }, 3],
    [undefined, 200],
  ] as const) {
    const { beginner, log } = begin(options);
    for (let n = 1; n <= 250; n++) log.info("{n}", { n });
    const { texts, observer } = recording();
    beginner.beginLoggingTo([observer]);
    assert.equal(texts.length, kept);
    assert.equal(texts.at(-1), "250");
  }
});

test("LogBeginner, critical events before it begins, are written to the error stream at once", () => {
  const { beginner, log, errors } = begin();
  log.error("not urgent");
  log.critical("urgent");
  const error = new Error("broken");
  error.stack = "Error: broken\n    at somewhere";
  log.failure("unexpected", error);
  assert.deepEqual(errors, ["urgent\n", "unexpected\nError: broken\n    at somewhere\n"]);
  const { texts, observer } = recording();
  beginner.beginLoggingTo([observer]);
  log.critical("later");
  assert.equal(errors.length, 2, "from then on the observers have it");
  assert.deepEqual(texts, ["not urgent", "urgent", "unexpected", "later"]);
});

test("LogBeginner.beginLoggingTo, a second time, adds the observers and warns of both calls", () => {
  const { beginner, log } = begin();
  const first = recording();
  const second = recording();
  log.info("one");
  beginner.beginLoggingTo([first.observer]);
  beginner.beginLoggingTo([second.observer]);
  log.info("two");
  assert.equal(second.texts.length, 2, "what was before the first call is not told again");
  assert.equal(second.texts[1], "two");
  const warning = first.events[1];
  assert.equal(warning, second.events[0]);
  assert.equal(warning?.logLevel, LogLevel.warn);
  assert.equal(warning.logNamespace, "hawser.logger");
  assert.equal(warning["fileNow"], warning["fileThen"]);
  assert.match(String(warning["fileNow"]), /log-beginner\.test\.(js|ts)$/);
  assert.equal(Number(warning["lineNow"]), Number(warning["lineThen"]) + 1);
  assert.match(
    formatEvent(warning),
    /^The targets of the log were chosen twice: now at .*test\.(js|ts):\d+, before at /,
  );
  beginner.beginLoggingTo([]);
  assert.equal(first.events.at(-1)?.["lineThen"], warning["lineNow"]);
});

test("LogBeginner.beginLoggingTo, observers of which one is none, throws and changes nothing", () => {
  const { beginner, log, errors } = begin();
  const { texts, observer } = recording();
  log.info("one");
  assert.throws(() => beginner.beginLoggingTo([observer, {} as never]), TypeError);
  log.critical("two");
  assert.deepEqual(texts, []);
  assert.deepEqual(errors, ["two\n"]);
  beginner.beginLoggingTo([observer]);
  assert.deepEqual(texts, ["one", "two"]);
});

test("LogBeginner.beginLoggingTo, where the stack does not say who calls, warns all the same", () => {
  const { beginner } = begin();
  const { events, observer } = recording();
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    beginner.beginLoggingTo([observer]);
    beginner.beginLoggingTo([]);
  } finally {
    Error.stackTraceLimit = limit;
  }
  assert.equal(events[0]?.["fileNow"], "<unknown>");
  assert.equal(events[0]["lineNow"], 0);
});
