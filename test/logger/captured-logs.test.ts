import assert from "node:assert/strict";
import { test } from "node:test";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { globalLogBeginner } from "../../src/logger/global-log.ts";
import { LogPublisher } from "../../src/logger/log-publisher.ts";
import { Logger } from "../../src/logger/logger.ts";

globalLogBeginner.beginLoggingTo([], { discardBuffer: true });

test("capturedLogs, until it is stopped, collects the events of the global publisher", () => {
  const log = new Logger({ namespace: "a" });
  log.info("before");
  const events = capturedLogs();
  log.info("during");
  events.stop();
  log.info("after");
  assert.deepEqual(
    events.map(({ logFormat }) => logFormat),
    ["during"],
  );
});

test("capturedLogs, disposed of, ends as well", () => {
  const publisher = new LogPublisher();
  const events = capturedLogs(publisher);
  events[Symbol.dispose]();
  publisher({});
  assert.equal(events.length, 0);
});

test("capturedLogs, compared with a plain list, is equal to it", () => {
  const publisher = new LogPublisher();
  const events = capturedLogs(publisher);
  publisher({ n: 1 });
  assert.deepEqual(events, [{ n: 1 }]);
  assert.deepEqual(Object.keys(events), ["0"]);
});
