import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { inspect } from "node:util";
import { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { FilteringLogObserver } from "../../src/logger/filtering-log-observer.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import { globalLogBeginner, globalLogPublisher } from "../../src/logger/global-log.ts";
import type { LogEvent, LogObserver, LogTrace } from "../../src/logger/log-event.ts";
import { LogLevelFilterPredicate } from "../../src/logger/log-level-filter-predicate.ts";
import { InvalidLogLevelError, LogLevel } from "../../src/logger/log-level.ts";
import { bitbucketLogObserver } from "../../src/logger/log-observer.ts";
import { LogPublisher } from "../../src/logger/log-publisher.ts";
import { Logger } from "../../src/logger/logger.ts";
import { severitiesChanged } from "../../src/logger/severities.ts";

// Nothing of these tests is for the terminal.
globalLogBeginner.beginLoggingTo([], { discardBuffer: true });

function recording(): { events: LogEvent[]; observer: LogObserver } {
  const events: LogEvent[] = [];
  return { events, observer: (event) => events.push(event) };
}

/** The events of the global publisher, until the test ends. */
function captured(t: TestContext): LogEvent[] {
  const events = capturedLogs();
  t.after(() => events.stop());
  return events;
}

test("Logger, a method for each level, makes an event with the keys of the system", () => {
  const { events, observer } = recording();
  const source = { name: "source" };
  const log = new Logger({ namespace: "test.logger", source, observer, seconds: () => 12.5 });
  for (const level of LogLevel.iterconstants()) {
    log[level.name]("Hello, {name}", { name: level.name });
    assert.deepEqual(events.pop(), {
      name: level.name,
      logFormat: "Hello, {name}",
      logLevel: level,
      logLogger: log,
      logNamespace: "test.logger",
      logSource: source,
      logTime: 12.5,
    });
  }
});

test("Logger, no format and no fields, makes an event all the same", () => {
  const { events, observer } = recording();
  new Logger({ observer }).info();
  assert.equal(events[0]?.logFormat, undefined);
  assert.equal(events[0]?.logNamespace, "<unknown>");
  assert.equal(events[0]?.logSource, undefined);
});

test("Logger, no time given, takes the time of day", () => {
  const { events, observer } = recording();
  new Logger({ observer }).info("x");
  assert.ok(Math.abs((events[0]?.logTime ?? 0) - Date.now() / 1000) < 60);
});

test("Logger, fields with the keys of the system, do not override them, and stay as they are", () => {
  const { events, observer } = recording();
  const fields = Object.freeze({
    logLevel: "x",
    logTime: -1,
    logNamespace: 3,
    logSource: 1,
    logFormat: 2,
    logLogger: 0,
    n: 1,
  });
  const log = new Logger({ namespace: "a", observer, seconds: () => 7 });
  log.warn("format", fields);
  const { n, logLevel, logTime, logNamespace, logSource, logFormat, logLogger } = events[0] ?? {};
  assert.deepEqual(
    { n, logLevel, logTime, logNamespace, logSource, logFormat, logLogger },
    {
      n: 1,
      logLevel: LogLevel.warn,
      logTime: 7,
      logNamespace: "a",
      logSource: undefined,
      logFormat: "format",
      logLogger: log,
    },
  );
});

test("Logger, a source and no namespace, is named after the class of the source", () => {
  class Greeter {
    readonly name = "greeter";
  }
  assert.equal(new Logger({ source: new Greeter() }).namespace, "Greeter");
  assert.equal(new Logger({ source: Object.create(null) }).namespace, "<unknown>");
  assert.equal(new Logger({ source: null }).namespace, "<unknown>");
  assert.equal(new Logger({ source: new Greeter(), namespace: "own" }).namespace, "own");
});

test("Logger, no observer given, logs to the global publisher", (t) => {
  const events = captured(t);
  const log = new Logger({ namespace: "a" });
  assert.equal(log.observer, globalLogPublisher);
  log.info("x");
  assert.equal(events.length, 1);
});

test("Logger, an observer that is none, throws", () => {
  assert.throws(() => new Logger({ observer: {} as never }), TypeError);
});

test("Logger, inspected, says its namespace", () => {
  assert.equal(inspect(new Logger({ namespace: "a.b" })), "<Logger 'a.b'>");
});

test("Logger, an event with a trace, begins it", () => {
  const { observer } = recording();
  const publisher = new LogPublisher(observer);
  const log = new Logger({ observer: publisher });
  const logTrace: LogTrace = [];
  log.info("x", { logTrace });
  assert.deepEqual(logTrace, [
    [log, publisher],
    [publisher, observer],
  ]);
});

test("Logger, a level below what the observer has a use for, makes no event", () => {
  const { events, observer } = recording();
  const levels = new LogLevelFilterPredicate({ defaultLogLevel: LogLevel.warn });
  const log = new Logger({ namespace: "a.b", observer: new FilteringLogObserver(observer, [levels]) });
  let asked = 0;
  const seconds = (): number => asked++;
  const timed = new Logger({ namespace: "a.b", observer: log.observer, seconds });
  for (const level of LogLevel.iterconstants()) timed[level.name]("x");
  for (const level of LogLevel.iterconstants()) timed.emit(level, "x");
  assert.equal(asked, 6, "the clock is read for events that are made");
  assert.deepEqual(
    events.map(({ logLevel }) => logLevel?.name),
    ["warn", "error", "critical", "warn", "error", "critical"],
  );
  assert.deepEqual(
    LogLevel.iterconstants().map((level) => log.isEnabled(level)),
    [false, false, true, true, true],
  );
});

test("Logger, nobody who listens, makes no event at any level", () => {
  let asked = 0;
  const seconds = (): number => asked++;
  for (const observer of [new LogPublisher(), new LogPublisher(bitbucketLogObserver), bitbucketLogObserver]) {
    const log = new Logger({ observer, seconds });
    for (const level of LogLevel.iterconstants()) log[level.name]("x");
    log.failure("x", new Error("x"));
  }
  assert.equal(asked, 0);
});

test("Logger, levels and observers that change later, follows at once", () => {
  const { events, observer } = recording();
  const levels = new LogLevelFilterPredicate({ defaultLogLevel: LogLevel.error });
  const publisher = new LogPublisher(new LogPublisher(new FilteringLogObserver(observer, [levels])));
  const log = new Logger({ namespace: "a.b", observer: publisher });
  const takes = (): number => {
    const before = events.length;
    log.debug("x");
    return events.length - before;
  };
  assert.equal(takes(), 0);
  levels.setLogLevelForNamespace("a", LogLevel.debug);
  assert.equal(takes(), 1);
  levels.setLogLevelForNamespace("a.b", LogLevel.info);
  assert.equal(takes(), 0);
  levels.clearLogLevels();
  assert.equal(takes(), 0);
  publisher.addObserver(observer);
  assert.equal(takes(), 1, "an observer that does not say what it wants wants all");
  publisher.removeObserver(observer);
  assert.equal(takes(), 0);
  levels.setLogLevelForNamespace("", LogLevel.debug);
  assert.equal(takes(), 1);
});

test("Logger, an observer that says that its severities changed, is asked again", () => {
  let lowest = 30;
  const { events, observer } = recording();
  const log = new Logger({ observer: Object.assign(observer, { lowestSeverity: () => lowest }) });
  log.info("x");
  lowest = 20;
  log.info("x");
  assert.equal(events.length, 0, "it is not asked each time");
  severitiesChanged();
  log.info("x");
  assert.equal(events.length, 1);
});

test("Logger, an observer that throws, is reported to the global publisher", (t) => {
  const events = captured(t);
  const error = new Error("broken");
  const broken = (): never => {
    throw error;
  };
  new Logger({ observer: broken }).info("x");
  assert.equal(events.length, 1);
  assert.equal(events[0]?.logFailure?.value, error);
  assert.equal(events[0]?.["observer"], broken);
});

test("Logger, an async observer that rejects, is reported to the global publisher", async (t) => {
  const events = captured(t);
  new Logger({ observer: () => Promise.reject(new Error("late")) }).info("x");
  assert.equal(events.length, 0);
  await new Promise((resolve) => void setImmediate(resolve));
  assert.equal(events[0]?.logFailure?.getErrorMessage(), "late");
});

test("Logger.emit, something that is no level, logs a failure in place of the event", () => {
  const { events, observer } = recording();
  const log = new Logger({ namespace: "a", observer });
  log.emit("info" as never, "lost", { n: 1 });
  const [event, ...more] = events;
  assert.deepEqual(more, []);
  assert.equal(event?.logLevel, LogLevel.critical);
  assert.ok(event.logFailure?.value instanceof InvalidLogLevelError);
  assert.equal(event.logFailure.value.level, "info");
  assert.match(formatEvent(event), /^Cannot emit an event of <Logger 'a'>: Cannot use 'info' as a log level/);
});

test("Logger.failure, a Failure or what was thrown, logs it at level critical", () => {
  const { events, observer } = recording();
  const log = new Logger({ namespace: "a", observer });
  const error = new Error("broken");
  const failure = new Failure(error);
  log.failure("While frobbing {knob}", failure, { knob: "left" });
  log.failure("While frobbing {knob}", error, { knob: "right", logFailure: 3 });
  log.failure("While throwing {what}", "text", { what: "text" });
  assert.deepEqual(events.map(formatEvent), ["While frobbing left", "While frobbing right", "While throwing text"]);
  assert.deepEqual(
    events.map(({ logFailure }) => logFailure?.value),
    [error, error, "text"],
  );
  for (const event of events) {
    assert.ok(event.logFailure instanceof Failure);
    assert.equal(event.logLevel, LogLevel.critical);
  }
});

test("Logger.failure, no failure, shows where it was called", () => {
  const { events, observer } = recording();
  new Logger({ observer }).failure("Something is wrong");
  const traceback = events[0]?.logFailure?.getTraceback() ?? "";
  assert.match(traceback, /^Error: Something is wrong\n/);
  assert.match(traceback, /logger\.test\.(js|ts)/);
});

test("Logger.failure, a level, logs at that level", () => {
  const { events, observer } = recording();
  const log = new Logger({ observer });
  log.failure("x", new Error("x"), {}, LogLevel.warn);
  assert.equal(events[0]?.logLevel, LogLevel.warn);
  log.failure("x", new Error("x"), {}, "warn" as never);
  assert.ok(events[1]?.logFailure?.value instanceof InvalidLogLevelError);
});

test("Logger.failuresHandled, work that succeeds, logs nothing and answers the result", () => {
  const { events, observer } = recording();
  const operation = new Logger({ observer }).failuresHandled("While adding", {}, () => 1 + 2);
  assert.ok(operation.succeeded && !operation.failed);
  assert.equal(operation.result, 3);
  assert.equal(events.length, 0);
});

test("Logger.failuresHandled, work that throws, logs the failure and goes on", () => {
  const { events, observer } = recording();
  const log = new Logger({ observer });
  const error = new Error("broken");
  const work = (): number => {
    throw error;
  };
  const operation = log.failuresHandled("While doing {x}", { x: "this" }, work);
  assert.ok(operation.failed);
  assert.equal(operation.failure.value, error);
  log.failuresHandled("While doing {x}", { x: "that" }, work, LogLevel.info);
  assert.deepEqual(events.map(formatEvent), ["While doing this", "While doing that"]);
  assert.deepEqual(
    events.map(({ logLevel }) => logLevel),
    [LogLevel.critical, LogLevel.info],
  );
  assert.equal(events[0]?.logFailure, operation.failure);
});

test("Logger.failuresHandled, async work, answers a promise of how it went", async () => {
  const { events, observer } = recording();
  const log = new Logger({ observer });
  const good = await log.failuresHandled("good", {}, () => Promise.resolve(1));
  const bad = await log.failuresHandled("bad", {}, async () => {
    await Promise.resolve();
    throw new Error("late");
  });
  assert.equal(good.result, 1);
  assert.equal(bad.failed, true);
  assert.deepEqual(events.map(formatEvent), ["bad"]);
});

test("Logger.failureHandler, used over and over, logs each failure with the message", async () => {
  const { events, observer } = recording();
  const parsing = new Logger({ observer }).failureHandler("While parsing", LogLevel.error);
  assert.equal(parsing((text: string) => text.length, "four").result, 4);
  assert.equal(parsing(JSON.parse, "{").failed, true);
  assert.equal(parsing(() => Reflect.construct(Array, [-1])).failed, true);
  assert.equal((await parsing(() => Promise.reject(new Error("late")))).failed, true);
  assert.deepEqual(events.map(formatEvent), ["While parsing", "While parsing", "While parsing"]);
  assert.ok(events.every(({ logLevel }) => logLevel === LogLevel.error));
});

test("Logger.failureHandler, no level, logs at critical", () => {
  const { events, observer } = recording();
  new Logger({ observer }).failureHandler("x")(JSON.parse, "{");
  assert.equal(events[0]?.logLevel, LogLevel.critical);
});
