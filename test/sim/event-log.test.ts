import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { EventLog } from "../../src/sim/event-log.ts";
import { formatEvents } from "../../src/sim/format-event.ts";
import type { SimulationEvent } from "../../src/sim/simulation-event.ts";

function note(time: number): SimulationEvent {
  return { time, kind: "note", host: "a", text: `note ${time}`, packet: undefined };
}

test("EventLog, keeps all events where it is to, else a thousand of the last at least", () => {
  const [all, last] = [new EventLog(true), new EventLog(false)];
  for (let time = 0; time < 5000; time++) {
    all.add(note(time));
    last.add(note(time));
  }
  assert.deepEqual([all.count, all.events.length], [5000, 5000]);
  assert.equal(last.count, 5000);
  assert.ok(last.events.length >= 1000 && last.events.length < 3000, String(last.events.length));
  assert.equal(last.events.at(-1)!.time, 4999);
});

test("EventLog, its hash is that of the whole text, whatever is kept and whenever it is asked for", () => {
  const events = Array.from({ length: 2600 }, (_, time) => note(time));
  const [all, last] = [new EventLog(true), new EventLog(false)];
  for (const [index, event] of events.entries()) {
    all.add(event);
    last.add(event);
    if (index % 700 === 0) all.hash();
  }
  const expected = createHash("sha256").update(formatEvents(events)).digest("hex");
  assert.deepEqual([all.hash(), last.hash(), last.hash()], [expected, expected, expected]);
});
