import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogObserver } from "../../src/logger/log-event.ts";
import { bitbucketLogObserver, requireObserver } from "../../src/logger/log-observer.ts";
import { LogPublisher } from "../../src/logger/log-publisher.ts";
import { lowestSeverityOf } from "../../src/logger/severities.ts";

test("requireObserver, functions and publishers, lets them pass", () => {
  requireObserver(() => {});
  requireObserver(new LogPublisher());
});

test("requireObserver, anything else, throws a TypeError that shows it", () => {
  for (const value of [undefined, null, {}, "observer", 1]) assert.throws(() => requireObserver(value), TypeError);
  assert.throws(() => requireObserver({ a: 1 }), /^TypeError: Cannot observe with \{ a: 1 \}: expected a function/);
});

test("bitbucketLogObserver, an event, does nothing and has a use for none", () => {
  assert.equal(bitbucketLogObserver({ logFormat: "x" }), undefined);
  const observer: LogObserver = bitbucketLogObserver;
  assert.equal(lowestSeverityOf(observer, "a"), Number.POSITIVE_INFINITY);
});
