import assert from "node:assert/strict";
import { test } from "node:test";
import { dateReplacements } from "../../../src/sim/guard/guarded-date.ts";
import { guarded } from "./simulated-host.ts";

test("Date, of simulated code, tells the time of its host", async () => {
  assert.equal(dateReplacements().length, 3);
  const before = new Date(5);
  const made = await guarded("simulate", (host) => {
    host.clock.advance(1.5);
    assert.equal(new Date().toISOString(), "2001-09-09T01:46:41.500Z");
    assert.equal(Date.now(), 1_000_000_001_500);
    assert.equal(Date(), new Date().toString());
    assert.equal(new (before.constructor as DateConstructor)().getTime(), 1_000_000_001_500);
    assert.deepEqual([before instanceof Date, Object.prototype.toString.call(new Date())], [true, "[object Date]"]);
    class Own extends Date {
      year(): number {
        return this.getUTCFullYear();
      }
    }
    assert.deepEqual([new Own().year(), new Own(0).year(), new Own() instanceof Own], [2001, 1970, true]);
    return new Date();
  });
  assert.deepEqual([made instanceof Date, made.getTime(), made.constructor], [true, 1_000_000_001_500, Date]);
});

test("Date, with arguments, is as ever", async () => {
  const results = (): unknown[] => [
    new Date(0).getTime(),
    new Date("2020-02-03T04:05:06Z").getTime(),
    new Date(2020, 1, 3).getMonth(),
    Date.parse("2020-02-03"),
    Date.UTC(2020, 1),
    Date.name,
    Date.length,
    new Date(Number.NaN).getTime(),
    Date.now.name,
    structuredClone(new Date(7)).getTime(),
  ];
  const expected = results();
  assert.deepEqual(await guarded("simulate", results), expected);
  assert.deepEqual(await guarded("throw", results), expected);
});
