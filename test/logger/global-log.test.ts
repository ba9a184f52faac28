import assert from "node:assert/strict";
import { test } from "node:test";
import { LogBeginner } from "../../src/logger/log-beginner.ts";
import { globalLogBeginner, globalLogPublisher } from "../../src/logger/global-log.ts";
import { LogPublisher } from "../../src/logger/log-publisher.ts";
import { Logger } from "../../src/logger/logger.ts";

test("globalLogBeginner, before and after the program begins, holds the global events back and lets them go", (t) => {
  assert.ok(globalLogPublisher instanceof LogPublisher && globalLogBeginner instanceof LogBeginner);
  const errors: unknown[] = [];
  t.mock.method(process.stderr, "write", (text: unknown) => errors.push(text));
  const log = new Logger({ namespace: "a" });
  log.info("early");
  log.critical("urgent");
  assert.deepEqual(errors, ["urgent\n"]);
  const formats: unknown[] = [];
  globalLogBeginner.beginLoggingTo([({ logFormat }) => formats.push(logFormat)]);
  log.critical("late");
  assert.deepEqual(formats, ["early", "urgent", "late"]);
  assert.deepEqual(errors, ["urgent\n"]);
});
