import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { globalLogPublisher } from "../../src/logger/global-log.ts";
import { LogPublisher } from "../../src/logger/log-publisher.ts";
import { Logger } from "../../src/logger/logger.ts";
import { EventLoggingObserver } from "../../src/testing/event-logging-observer.ts";

describe("EventLoggingObserver", () => {
  test("is an observer that keeps what it is told, in order", () => {
    const observer = new EventLoggingObserver();
    assert.equal(observer.length, 0);
    const log = new Logger({ namespace: "test", observer });
    log.info("one");
    log.warn("two", { n: 2 });
    assert.equal(observer.length, 2);
    assert.deepEqual(
      observer.events.map((event) => event.logFormat),
      ["one", "two"],
    );
    assert.deepEqual([...observer], observer.events);
    assert.equal(observer.at(0)?.logFormat, "one");
    assert.equal(observer.at(-1)?.["n"], 2);
    assert.equal(observer.at(2), undefined);
  });

  test("createWithCleanup, observes for the time of a test", async (t) => {
    const publisher = new LogPublisher();
    const log = new Logger({ namespace: "test", observer: publisher });
    let observer: EventLoggingObserver | undefined;
    await t.test("the time of a test", (context) => {
      observer = EventLoggingObserver.createWithCleanup(context, publisher);
      log.info("during");
    });
    log.info("after");
    assert.deepEqual(
      observer?.events.map((event) => event.logFormat),
      ["during"],
    );
  });

  test("createWithCleanup, observes the global publisher unless told otherwise", () => {
    const cleanups: (() => void)[] = [];
    const context = { after: (cleanup: () => void) => void cleanups.push(cleanup) };
    const observer = EventLoggingObserver.createWithCleanup(context);
    new Logger({ namespace: "test", observer: globalLogPublisher }).debug("during");
    for (const cleanup of cleanups) cleanup();
    new Logger({ namespace: "test", observer: globalLogPublisher }).debug("after");
    assert.deepEqual(
      observer.events.map((event) => event.logFormat),
      ["during"],
    );
  });
});
