import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { HawserError } from "../../src/errors.ts";
import { InvalidLogLevelError, LogLevel } from "../../src/logger/log-level.ts";

test("LogLevel.iterconstants, from debug to critical, in rising order", () => {
  const levels = LogLevel.iterconstants();
  assert.deepEqual(levels.map(String), ["debug", "info", "warn", "error", "critical"]);
  for (const [index, level] of levels.entries()) {
    const next = levels[index + 1];
    if (next !== undefined) assert.ok(level < next && level.severity < next.severity);
    assert.ok(level >= LogLevel.debug);
  }
});

test("LogLevel.levelWithName, the name of a level, gives that very level", () => {
  for (const level of LogLevel.iterconstants()) assert.equal(LogLevel.levelWithName(level.name), level);
});

test("LogLevel.levelWithName, no such level, throws and says which there are", () => {
  for (const name of ["", "INFO", "fatal", "toString"]) {
    assert.throws(
      () => LogLevel.levelWithName(name),
      (error: unknown) => {
        assert.ok(error instanceof InvalidLogLevelError && error instanceof HawserError);
        assert.equal(error.code, "ERR_INVALID_LOG_LEVEL");
        assert.equal(error.name, "InvalidLogLevelError");
        assert.equal(error.level, name);
        assert.match(error.message, /expected one of debug, info, warn, error, critical$/);
        return true;
      },
    );
  }
});

test("LogLevel, inspected, says its name", () => {
  assert.equal(inspect(LogLevel.warn), "LogLevel.warn");
});
