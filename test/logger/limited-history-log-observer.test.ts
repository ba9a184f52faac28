import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { LimitedHistoryLogObserver } from "../../src/logger/limited-history-log-observer.ts";

function replayed(history: LimitedHistoryLogObserver): unknown[] {
  const seen: unknown[] = [];
  history.replayTo(({ n }) => seen.push(n));
  return seen;
}

test("LimitedHistoryLogObserver, any number of events and any size, keeps the last ones in order", () => {
  fc.assert(
    fc.property(fc.nat({ max: 30 }), fc.nat({ max: 100 }), (size, count) => {
      const history = new LimitedHistoryLogObserver(size);
      const all = Array.from({ length: count }, (_, n) => n);
      for (const n of all) history({ n });
      const last = size === 0 ? [] : all.slice(-size);
      assert.deepEqual(replayed(history), last);
      assert.deepEqual(replayed(history), last, "and still has them");
    }),
  );
});

test("LimitedHistoryLogObserver, infinite, keeps all", () => {
  const history = new LimitedHistoryLogObserver(Number.POSITIVE_INFINITY);
  for (let n = 0; n < 70_000; n++) history({ n });
  assert.equal(replayed(history).length, 70_000);
});

test("LimitedHistoryLogObserver, no size, keeps 65,536", () => {
  const history = new LimitedHistoryLogObserver();
  for (let n = 0; n < 65_537; n++) history({ n });
  const seen = replayed(history);
  assert.equal(seen.length, 65_536);
  assert.equal(seen[0], 1);
});

test("LimitedHistoryLogObserver, a size that is none, throws", () => {
  for (const size of [-1, 1.5, Number.NaN, "5" as never, Number.NEGATIVE_INFINITY]) {
    assert.throws(() => new LimitedHistoryLogObserver(size), /^RangeError: Cannot keep .* log events/);
  }
});

test("LimitedHistoryLogObserver.replayTo, an observer that adds to it, is told of what was there before", () => {
  const history = new LimitedHistoryLogObserver(3);
  for (const n of [1, 2, 3]) history({ n });
  const seen: LogEvent[] = [];
  history.replayTo((event) => {
    seen.push(event);
    history({ n: 100 });
  });
  assert.deepEqual(seen, [{ n: 1 }, { n: 2 }, { n: 3 }]);
});
