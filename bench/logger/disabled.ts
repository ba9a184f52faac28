/**
 * What a log call costs at a level nobody listens to: the time of a loop of such calls less that of a loop of calls that do nothing.
 *
 * Both loops make the same fields for each call. They run in turn, in short pieces, and the median of the pieces' differences counts, so
 * that what disturbs the machine disturbs both.
 */
import assert from "node:assert/strict";
import { FilteringLogObserver, LogLevelFilterPredicate, LogPublisher, Logger } from "hawser/logger";
import { report } from "../lib/measure.ts";

const CALLS = 1_000_000;
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? "1");

class Silent {
  debug(_format: string, _fields: object): void {}
}

let events = 0;
const publisher = new LogPublisher(new FilteringLogObserver(() => events++, [new LogLevelFilterPredicate()]));
const log = new Logger({ namespace: "bench.logger.disabled", observer: publisher });
const silent = new Silent();

function logCalls(): void {
  for (let i = 0; i < CALLS; i++) log.debug("Received {count} bytes", { count: i });
}

function emptyCalls(): void {
  for (let i = 0; i < CALLS; i++) silent.debug("Received {count} bytes", { count: i });
}

function secondsOf(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

const differences: number[] = [];
const end = performance.now() + SECONDS * 1000;
// The first ones make it warm.
for (let round = 0; round < 5 || performance.now() < end; round++) {
  const difference = secondsOf(logCalls) - secondsOf(emptyCalls);
  if (round >= 2) differences.push(difference / CALLS);
}
log.info("One that counts");
assert.equal(events, 1);
differences.sort((a, b) => a - b);
// Less than a tenth of a nanosecond cannot be told from nothing.
report({ seconds: Math.max(1e-10, differences[differences.length >> 1] ?? 0) });
