import assert from "node:assert/strict";
import { test } from "node:test";
import { PredicateResult } from "../../src/logger/filtering-log-observer.ts";
import { LogLevelFilterPredicate } from "../../src/logger/log-level-filter-predicate.ts";
import { InvalidLogLevelError, LogLevel } from "../../src/logger/log-level.ts";
import { severities } from "../../src/logger/severities.ts";

const { debug, info, warn, error, critical } = LogLevel;
const { no, maybe } = PredicateResult;

test("LogLevelFilterPredicate, no levels set, has the default for all", () => {
  assert.equal(new LogLevelFilterPredicate().logLevelForNamespace("a.b"), info);
  const levels = new LogLevelFilterPredicate({ defaultLogLevel: error });
  assert.equal(levels.defaultLogLevel, error);
  assert.equal(levels.logLevelForNamespace("a.b"), error);
  assert.equal(levels.logLevelForNamespace(""), error);
});

test("LogLevelFilterPredicate.setLogLevelForNamespace, a namespace, holds for it and all below it", () => {
  const levels = new LogLevelFilterPredicate();
  levels.setLogLevelForNamespace("a", warn);
  levels.setLogLevelForNamespace("a.b.c", debug);
  const found: [string, LogLevel][] = [
    ["a", warn],
    ["a.b", warn],
    ["a.b.c", debug],
    ["a.b.c.d.e", debug],
    ["a.b.cc", warn],
    ["aa", info],
    ["b.a", info],
    ["a..b", warn],
    [".a", info],
    ["", info],
  ];
  for (const [namespace, level] of found) {
    assert.equal(levels.logLevelForNamespace(namespace), level, namespace);
    assert.equal(levels.logLevelForNamespace(namespace), level, `${namespace} again`);
  }
});

test("LogLevelFilterPredicate.setLogLevelForNamespace, the empty namespace, is the default", () => {
  const levels = new LogLevelFilterPredicate();
  assert.equal(levels.logLevelForNamespace("a"), info);
  levels.setLogLevelForNamespace("", critical);
  assert.equal(levels.logLevelForNamespace("a"), critical);
  assert.equal(levels.defaultLogLevel, info);
});

test("LogLevelFilterPredicate.clearLogLevels, levels that were set, are forgotten", () => {
  const levels = new LogLevelFilterPredicate({ defaultLogLevel: warn });
  levels.setLogLevelForNamespace("", critical);
  levels.setLogLevelForNamespace("a", debug);
  levels.clearLogLevels();
  assert.equal(levels.logLevelForNamespace(""), warn);
  assert.equal(levels.logLevelForNamespace("a"), warn);
});

test("LogLevelFilterPredicate, something that is no level, throws and changes nothing", () => {
  const levels = new LogLevelFilterPredicate();
  assert.throws(() => levels.setLogLevelForNamespace("a", "warn" as never), InvalidLogLevelError);
  assert.equal(levels.logLevelForNamespace("a"), info);
  assert.throws(() => new LogLevelFilterPredicate({ defaultLogLevel: 3 as never }), InvalidLogLevelError);
});

test("LogLevelFilterPredicate, an event, is refused below the level of its namespace", () => {
  const levels = new LogLevelFilterPredicate({ defaultLogLevel: warn });
  levels.setLogLevelForNamespace("a", debug);
  assert.equal(levels({ logLevel: info, logNamespace: "b" }), no);
  assert.equal(levels({ logLevel: warn, logNamespace: "b" }), maybe);
  assert.equal(levels({ logLevel: debug, logNamespace: "a.b" }), maybe);
});

test("LogLevelFilterPredicate, an event without level or namespace, is refused", () => {
  const levels = new LogLevelFilterPredicate({ defaultLogLevel: debug });
  assert.equal(levels({ logNamespace: "a" }), no);
  assert.equal(levels({ logLevel: critical }), no);
  assert.equal(levels({ logLevel: critical, logNamespace: "" }), no);
  assert.equal(levels.lowestSeverity(""), Number.POSITIVE_INFINITY);
});

test("LogLevelFilterPredicate, levels that change, moves the epoch of severities", () => {
  const levels = new LogLevelFilterPredicate();
  const before = severities.epoch;
  levels.setLogLevelForNamespace("a", warn);
  assert.equal(severities.epoch, before + 1);
  levels.clearLogLevels();
  assert.equal(severities.epoch, before + 2);
});

test("LogLevelFilterPredicate, more namespaces than it remembers, finds their levels all the same", () => {
  const levels = new LogLevelFilterPredicate();
  levels.setLogLevelForNamespace("a", warn);
  for (let n = 0; n < 1500; n++) assert.equal(levels.logLevelForNamespace(`a.${n}`), warn);
});
