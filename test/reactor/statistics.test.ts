import assert from "node:assert/strict";
import { test } from "node:test";
import { TimerLag, statisticsOf } from "../../src/reactor/statistics.ts";
import { Traffic } from "../../src/transport/write-batch.ts";

test("TimerLag, begins with the mean of all and goes on with that of the recent ones", () => {
  const lag = new TimerLag();
  lag.note(1);
  lag.note(3);
  assert.deepEqual([lag.fired, lag.recent, lag.longest], [2, 2, 3]);
  for (let i = 0; i < 200; i++) lag.note(0);
  assert.ok(lag.recent < 0.001, String(lag.recent));
  assert.equal(lag.longest, 3);
});

test("statisticsOf, tells what is open and how much is done at once", () => {
  const traffic = new Traffic();
  Object.assign(traffic, { connectionsMade: 5, connectionsLost: 2, batches: 4, events: 10 });
  const { connections, eventsPerBatch, timers } = statisticsOf(traffic, 7, new TimerLag());
  assert.deepEqual({ connections, eventsPerBatch, timers }, { connections: 3, eventsPerBatch: 2.5, timers: 7 });
});
