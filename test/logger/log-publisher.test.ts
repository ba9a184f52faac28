import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Failure } from "../../src/deferred/failure.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import type { LogEvent, LogObserver, LogTrace } from "../../src/logger/log-event.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { bitbucketLogObserver } from "../../src/logger/log-observer.ts";
import { LogPublisher, observerFailed } from "../../src/logger/log-publisher.ts";
import { severities } from "../../src/logger/severities.ts";

/** Lets promises that are settled already tell. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function recording(): { events: LogEvent[]; observer: LogObserver } {
  const events: LogEvent[] = [];
  return { events, observer: (event) => events.push(event) };
}

test("LogPublisher, an event, goes to all observers in order", () => {
  const order: string[] = [];
  const event = { logFormat: "x" };
  const publisher = new LogPublisher(
    (seen) => order.push(`first ${seen === event}`),
    (seen) => order.push(`second ${seen === event}`),
  );
  assert.equal(publisher(event), undefined);
  assert.deepEqual(order, ["first true", "second true"]);
});

test("LogPublisher, as an observer of another one, passes events on", () => {
  const { events, observer } = recording();
  new LogPublisher(new LogPublisher(observer))({ n: 1 });
  assert.deepEqual(events, [{ n: 1 }]);
});

test("LogPublisher.addObserver, one that is there, adds it once", () => {
  const { events, observer } = recording();
  const publisher = new LogPublisher();
  publisher.addObserver(observer);
  publisher.addObserver(observer);
  publisher({});
  assert.equal(events.length, 1);
});

test("LogPublisher.addObserver, no function, throws and changes nothing", () => {
  const publisher = new LogPublisher();
  assert.throws(() => publisher.addObserver({} as never), TypeError);
  assert.throws(() => new LogPublisher(undefined as never), TypeError);
  assert.equal(inspect(publisher), "LogPublisher { observers: 0 }");
});

test("LogPublisher.removeObserver, there or not, it is gone", () => {
  const { events, observer } = recording();
  const publisher = new LogPublisher(observer);
  publisher.removeObserver(bitbucketLogObserver);
  publisher({});
  publisher.removeObserver(observer);
  publisher.removeObserver(observer);
  publisher({});
  assert.equal(events.length, 1);
});

test("LogPublisher, an observer that adds and removes observers, changes the next event only", () => {
  const late = recording();
  const removed = recording();
  const publisher: LogPublisher = new LogPublisher(() => {
    publisher.removeObserver(removed.observer);
    publisher.addObserver(late.observer);
  }, removed.observer);
  publisher({ n: 1 });
  publisher({ n: 2 });
  assert.deepEqual(removed.events, [{ n: 1 }]);
  assert.deepEqual(late.events, [{ n: 2 }]);
});

test("LogPublisher, a broken observer, is reported to the others after all have the event", () => {
  const before = recording();
  const after = recording();
  const error = new RangeError("too much");
  const broken = (): void => {
    throw error;
  };
  const publisher = new LogPublisher(before.observer, broken, after.observer);
  publisher({ n: 1 });
  for (const { events } of [before, after]) {
    const [event, report, ...more] = events;
    assert.deepEqual(event, { n: 1 });
    assert.deepEqual(more, []);
    assert.equal(report?.logLevel, LogLevel.critical);
    assert.equal(report.logNamespace, "hawser.logger");
    assert.equal(report["observer"], broken);
    assert.equal(report.logFailure?.value, error);
    assert.ok(Math.abs((report.logTime ?? 0) - Date.now() / 1000) < 60);
    assert.match(formatEvent(report), /^Log observer \[Function: broken\] failed to take an event: .*too much/);
  }
  publisher({ n: 2 });
  assert.deepEqual(after.events[2], { n: 2 }, "it stays, and is tried again");
});

test("LogPublisher, only broken observers, throws nothing", () => {
  let calls = 0;
  const broken = (): LogObserver => () => {
    calls++;
    throw new Error("broken");
  };
  new LogPublisher(broken())({});
  assert.equal(calls, 1, "nobody else is there to be told");
  new LogPublisher(broken(), broken())({});
  assert.ok(calls > 3, "each is told of the other");
});

test("LogPublisher, an async observer that rejects, is reported to the others", async () => {
  const { events, observer } = recording();
  const broken = (): Promise<void> => Promise.reject(new Error("later"));
  const publisher = new LogPublisher(broken, observer);
  publisher({ n: 1 });
  assert.equal(events.length, 1);
  publisher.removeObserver(broken);
  await turn();
  assert.equal(events.length, 2);
  assert.equal(events[1]?.logFailure?.getErrorMessage(), "later");
});

test("LogPublisher, an observer that answers something hostile, is reported", () => {
  const { events, observer } = recording();
  const refuse = (): never => {
    throw new Error("no");
  };
  const hostile = new Proxy({}, { get: refuse });
  new LogPublisher(() => hostile, observer)({});
  assert.equal(events[1]?.logFailure?.getErrorMessage(), "no");
});

test("LogPublisher, observers that log all they see, come to an end", () => {
  let count = 0;
  const { events, observer } = recording();
  const logging = (): void => {
    count++;
    publisher({ again: true });
  };
  const publisher: LogPublisher = new LogPublisher(logging, observer);
  publisher({});
  assert.ok(count < 100, `called ${count} times`);
  const failures = events.flatMap(({ logFailure }) => logFailure ?? []);
  assert.ok(failures.some((failure) => failure.check(RangeError) === RangeError));
  const seen = events.length;
  publisher.removeObserver(logging);
  publisher({});
  assert.equal(events.length, seen + 1, "and the publisher works as before");
});

test("LogPublisher, an event with a trace, notes whom it went to", () => {
  const { observer } = recording();
  const inner = new LogPublisher(observer);
  const publisher = new LogPublisher(inner, bitbucketLogObserver);
  const logTrace: LogTrace = [];
  publisher({ logTrace });
  assert.deepEqual(logTrace, [
    [publisher, inner],
    [inner, observer],
    [publisher, bitbucketLogObserver],
  ]);
});

test("LogPublisher.lowestSeverity, several observers, is the lowest of theirs", () => {
  const limited = (lowest: number): LogObserver => Object.assign(() => {}, { lowestSeverity: () => lowest });
  assert.equal(new LogPublisher().lowestSeverity("a"), Number.POSITIVE_INFINITY);
  assert.equal(new LogPublisher(limited(30), limited(20), bitbucketLogObserver).lowestSeverity("a"), 20);
  assert.equal(new LogPublisher(limited(30), () => {}).lowestSeverity("a"), 0);
});

test("LogPublisher, a change of observers, moves the epoch of severities; no change does not", () => {
  const publisher = new LogPublisher();
  const observer = (): void => {};
  const before = severities.epoch;
  publisher.addObserver(observer);
  publisher.addObserver(observer);
  assert.equal(severities.epoch, before + 1);
  publisher.removeObserver(observer);
  publisher.removeObserver(observer);
  assert.equal(severities.epoch, before + 2);
});

test("observerFailed, any thrown value, makes an event of a failure", () => {
  const event = observerFailed(bitbucketLogObserver, "a string");
  assert.ok(event.logFailure instanceof Failure);
  assert.equal(event.logFailure.value, "a string");
});
