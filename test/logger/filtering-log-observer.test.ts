import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LogFilterPredicate } from "../../src/logger/filtering-log-observer.ts";
import { FilteringLogObserver, PredicateResult } from "../../src/logger/filtering-log-observer.ts";
import type { LogEvent, LogObserver, LogTrace } from "../../src/logger/log-event.ts";
import { LogLevelFilterPredicate } from "../../src/logger/log-level-filter-predicate.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { bitbucketLogObserver } from "../../src/logger/log-observer.ts";
import { LogPublisher } from "../../src/logger/log-publisher.ts";
import { Logger } from "../../src/logger/logger.ts";

const answering =
  (result: PredicateResult): LogFilterPredicate =>
  () =>
    result;

const { yes, no, maybe } = PredicateResult;

/** Whether an event passes predicates that answer `results`, and how many were asked. */
function filter(...results: PredicateResult[]): { passed: boolean; asked: number } {
  let asked = 0;
  let passed = false;
  const predicates = results.map((result) => () => {
    asked++;
    return result;
  });
  const observer = new FilteringLogObserver(() => (passed = true), predicates);
  observer({});
  return { passed, asked };
}

test("FilteringLogObserver, the answers of predicates, decides as the first yes or no says", () => {
  assert.deepEqual(filter(), { passed: true, asked: 0 });
  assert.deepEqual(filter(maybe, maybe), { passed: true, asked: 2 });
  assert.deepEqual(filter(yes, no), { passed: true, asked: 1 });
  assert.deepEqual(filter(no, yes), { passed: false, asked: 1 });
  assert.deepEqual(filter(maybe, no, yes), { passed: false, asked: 2 });
  assert.deepEqual(filter(maybe, yes, no), { passed: true, asked: 2 });
});

test("FilteringLogObserver, a negative observer, is told of what does not pass", () => {
  const passed: LogEvent[] = [];
  const refused: LogEvent[] = [];
  const even: LogFilterPredicate = ({ n }) => (Number(n) % 2 === 0 ? maybe : no);
  const observer = new FilteringLogObserver((event) => passed.push(event), [even], {
    negativeObserver: (event) => refused.push(event),
  });
  for (const n of [1, 2, 3]) observer({ n });
  assert.deepEqual(passed, [{ n: 2 }]);
  assert.deepEqual(refused, [{ n: 1 }, { n: 3 }]);
});

test("FilteringLogObserver, an answer that is none, throws", () => {
  const observer = new FilteringLogObserver(bitbucketLogObserver, [() => "perhaps" as never]);
  assert.throws(() => observer({}), /^TypeError: Cannot filter a log event: a predicate answered 'perhaps'/);
});

test("FilteringLogObserver, parts that are no functions, throws", () => {
  assert.throws(() => new FilteringLogObserver(3 as never, []), TypeError);
  assert.throws(() => new FilteringLogObserver(bitbucketLogObserver, [{} as never]), TypeError);
  assert.throws(
    () => new FilteringLogObserver(bitbucketLogObserver, [], { negativeObserver: "x" as never }),
    TypeError,
  );
});

test("FilteringLogObserver, an async observer, hands its promise on", () => {
  const promise = Promise.resolve();
  assert.equal(new FilteringLogObserver(() => promise, [])({}), promise);
});

test("FilteringLogObserver, an event with a trace, notes where it went, unless nowhere", () => {
  const observer = (): void => {};
  const passing = new FilteringLogObserver(observer, []);
  const refusing = new FilteringLogObserver(observer, [answering(no)]);
  const negative = new FilteringLogObserver(bitbucketLogObserver, [answering(no)], { negativeObserver: observer });
  const logTrace: LogTrace = [];
  for (const filtering of [passing, refusing, negative]) filtering({ logTrace });
  assert.deepEqual(logTrace, [
    [passing, observer],
    [negative, observer],
  ]);
});

test("FilteringLogObserver.lowestSeverity, predicates and observers, is what certainly does not pass", () => {
  const warn = new LogLevelFilterPredicate({ defaultLogLevel: LogLevel.warn });
  const error = new LogLevelFilterPredicate({ defaultLogLevel: LogLevel.error });
  const observer = (): void => {};
  const lowest = (predicates: LogFilterPredicate[], negativeObserver?: LogObserver): number =>
    new FilteringLogObserver(observer, predicates, negativeObserver && { negativeObserver }).lowestSeverity("a");
  assert.equal(lowest([]), 0);
  assert.equal(lowest([warn]), 30);
  assert.equal(lowest([warn, error]), 40);
  assert.equal(lowest([answering(yes), error]), 0, "the first may have said yes");
  assert.equal(lowest([warn, answering(yes), error]), 30);
  assert.equal(lowest([warn], observer), 0, "whatever is refused goes to the negative observer");
  assert.equal(lowest([error], new FilteringLogObserver(observer, [warn])), 30);
  assert.equal(new FilteringLogObserver(bitbucketLogObserver, [warn]).lowestSeverity("a"), Number.POSITIVE_INFINITY);
  assert.equal(new FilteringLogObserver(new FilteringLogObserver(observer, [error]), [warn]).lowestSeverity("a"), 40);
});

test("Logger, any tree of observers, makes every event that an observer would have been told of", () => {
  const namespaces = ["a", "a.b", "a.b.c", "d"];
  const level = fc.constantFrom(...LogLevel.iterconstants());
  const settings = fc.array(fc.tuple(fc.constantFrom("", ...namespaces), level), { maxLength: 3 });
  interface Tree {
    kind: "sink" | "bitbucket" | "publisher" | "filter";
    children: Tree[];
    predicates: ([string, LogLevel][] | PredicateResult)[];
  }
  const leaf = fc.constantFrom<Tree[]>(
    { kind: "sink", children: [], predicates: [] },
    { kind: "bitbucket", children: [], predicates: [] },
  );
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthSize: "max" },
      { weight: 1, arbitrary: leaf },
      {
        weight: 4,
        arbitrary: fc.record<Tree>({
          kind: fc.constantFrom("publisher", "filter"),
          children: fc.array(tie("tree"), { minLength: 1, maxLength: 2 }),
          predicates: fc.array(fc.oneof(settings, fc.constantFrom(yes, no, maybe)), { maxLength: 2 }),
        }),
      },
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom(...namespaces), level, (root, namespace, logLevel) => {
      let told = 0;
      const build = ({ kind, children, predicates }: Tree): LogObserver => {
        const built = children.map(build);
        if (kind === "sink") return () => told++;
        if (kind === "bitbucket") return bitbucketLogObserver;
        if (kind === "publisher") return new LogPublisher(...built);
        const [observer = bitbucketLogObserver, negativeObserver = bitbucketLogObserver] = built;
        const asked = predicates.map((predicate) => {
          if (!Array.isArray(predicate)) return answering(predicate);
          const levels = new LogLevelFilterPredicate();
          for (const [name, each] of predicate) levels.setLogLevelForNamespace(name, each);
          return levels;
        });
        return new FilteringLogObserver(observer, asked, { negativeObserver });
      };
      const observer = build(root);
      observer({ logLevel, logNamespace: namespace });
      const wanted = told;
      const log = new Logger({ namespace, observer });
      log[logLevel.name]("x");
      assert.equal(told, wanted * 2);
      if (!log.isEnabled(logLevel)) assert.equal(wanted, 0);
    }),
    { numRuns: 1000 },
  );
});
