import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogTrace } from "../../src/logger/log-event.ts";
import { formatTrace } from "../../src/logger/format-trace.ts";
import { LogPublisher } from "../../src/logger/log-publisher.ts";
import { Logger } from "../../src/logger/logger.ts";

test("formatTrace, an event through publishers, shows who told whom", () => {
  const first = (): void => {};
  const second = (): void => {};
  const third = (): void => {};
  const inner = new LogPublisher(first, second);
  const outer = new LogPublisher(inner, third);
  const logTrace: LogTrace = [];
  new Logger({ namespace: "a.b", observer: outer }).info("x", { logTrace });
  const lines = [
    "<Logger 'a.b'>",
    "  -> LogPublisher { observers: 2 }",
    "    -> LogPublisher { observers: 2 }",
    "      -> [Function: first]",
    "      -> [Function: second]",
    "    -> [Function: third]",
    "",
  ];
  assert.equal(formatTrace(logTrace), lines.join("\n"));
});

test("formatTrace, an empty trace, is empty", () => {
  assert.equal(formatTrace([]), "");
});
