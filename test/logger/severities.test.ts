import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogObserver } from "../../src/logger/log-event.ts";
import { ANY_SEVERITY, lowestSeverityOf, severities, severitiesChanged } from "../../src/logger/severities.ts";

function observing(lowestSeverity?: () => number): LogObserver {
  return Object.assign(() => {}, lowestSeverity && { lowestSeverity });
}

test("lowestSeverityOf, an observer that does not say, has a use for all", () => {
  assert.equal(lowestSeverityOf(observing(), "a"), ANY_SEVERITY);
});

test("lowestSeverityOf, an observer that says, is what it says for the namespace", () => {
  const observer = Object.assign(() => {}, { lowestSeverity: (namespace: string) => namespace.length });
  assert.equal(lowestSeverityOf(observer, "abc"), 3);
});

test("lowestSeverityOf, an answer that makes no sense, has a use for all", () => {
  const answers = [() => Number.NaN, () => -5, () => undefined as never, () => "x" as never];
  for (const answer of answers) assert.equal(lowestSeverityOf(observing(answer), "a"), ANY_SEVERITY);
  const throws = observing(() => {
    throw new Error("broken");
  });
  assert.equal(lowestSeverityOf(throws, "a"), ANY_SEVERITY);
});

test("severitiesChanged, called, moves the epoch", () => {
  const before = severities.epoch;
  severitiesChanged();
  assert.equal(severities.epoch, before + 1);
});
