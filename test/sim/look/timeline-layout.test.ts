import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  isShown,
  kindGroup,
  layoutTimeline,
  parseFlows,
  placeInRows,
  placesTaken,
} from "../../../src/sim/look/timeline-layout.ts";
import type { TimelineFilter } from "../../../src/sim/look/timeline-layout.ts";
import { packTimeline, unpackTimeline } from "../../../src/sim/look/timeline.ts";
import type { Timeline } from "../../../src/sim/look/timeline.ts";
import type { SimulationEvent } from "../../../src/sim/simulation-event.ts";
import { CLIENT, ConnectionWriter, LogWriter, SERVER, cleanConnection, datagrams, troubles } from "./fixtures.ts";

const EVERYTHING: TimelineFilter = { hosts: [], flows: [], protocols: [], kinds: [], text: "" };

function timelineOf(events: readonly SimulationEvent[]): Timeline {
  return unpackTimeline(packTimeline(events, 100));
}

describe("layoutTimeline, one below the other", () => {
  test("gives what follows something a row of its own, and what happens at the same time the same one", () => {
    const { rows, tops, bottoms, height, lanes } = layoutTimeline(timelineOf(cleanConnection()), "order", EVERYTHING);
    // Each segment is sent when the one before it arrives.
    assert.deepEqual(
      rows,
      Array.from({ length: 16 }, (_, n) => n * 1_000_000),
    );
    assert.deepEqual(
      tops,
      Array.from({ length: 15 }, (_, n) => n),
    );
    assert.deepEqual(
      bottoms,
      Array.from({ length: 15 }, (_, n) => n + 1),
    );
    assert.deepEqual([height, lanes], [16, [0, 1]]);
  });

  test("puts what would cover each other into rows of their own, when it happens at the same time", () => {
    const log = new LogWriter();
    const packets = [1, 2, 3].map(() => log.sent(5, CLIENT, SERVER, { data: "x" }));
    for (const packet of packets) log.arrived(9, packet);
    log.event(9, "note", "server", "got them");
    log.event(9, "note", "client", "sent them");
    const { rows, tops, bottoms } = layoutTimeline(timelineOf(log.events), "order", EVERYTHING);
    assert.deepEqual(rows, [5, 5, 5, 9, 9, 9, 9]);
    assert.deepEqual(tops.slice(0, 3), [0, 1, 2]);
    assert.deepEqual(bottoms.slice(0, 3), [3, 4, 5]);
    assert.deepEqual(tops.slice(3), [6, 6]);
  });

  test("leaves a row free, where nothing happened for long", () => {
    const log = new LogWriter();
    for (const time of [0, 10, 20, 30, 1030, 1040]) log.event(time, "note", "a", "x");
    assert.deepEqual(layoutTimeline(timelineOf(log.events), "order", EVERYTHING).rows, [0, 10, 20, 30, -1, 1030, 1040]);
  });

  test("lets spans that do not end last to the end, and is never empty", () => {
    const log = new LogWriter();
    log.event(1, "crash", "a");
    log.event(2, "note", "b", "x");
    log.event(3, "note", "b", "y");
    const { bottoms, tops } = layoutTimeline(timelineOf(log.events), "order", EVERYTHING);
    assert.deepEqual([tops[1], bottoms[1]], [0, 2]);
    assert.equal(layoutTimeline(timelineOf([]), "order", EVERYTHING).height, 1);
    assert.equal(layoutTimeline(timelineOf([]), "time", EVERYTHING).height, 1);
  });
});

test("layoutTimeline, true to time, has everything at its nanosecond", () => {
  const timeline = timelineOf(cleanConnection());
  const { tops, bottoms, height } = layoutTimeline(timeline, "time", EVERYTHING);
  assert.deepEqual([tops, bottoms], [timeline.items.map(({ begin }) => begin), timeline.items.map(({ end }) => end)]);
  assert.equal(height, timeline.until);
});

test("layoutTimeline, has the lanes of chosen hosts, and of those that they have to do with", () => {
  const log = new LogWriter();
  for (const host of ["client", "server", "other"]) log.event(0, "boot", host);
  log.arrived(2, log.sent(1, CLIENT, SERVER, { data: "x" }));
  const { lanes, laneOf, shown, rows } = layoutTimeline(timelineOf(log.events), "order", { ...EVERYTHING, hosts: [1] });
  assert.deepEqual(lanes, [0, 1]);
  assert.deepEqual(laneOf, [0, 1, -1]);
  assert.deepEqual(
    shown.map(({ kind }) => kind),
    ["boot", "arrived"],
  );
  assert.deepEqual(rows, [0, 1, 2]);
});

describe("isShown", () => {
  const log = new LogWriter();
  new ConnectionWriter(log, 7).open();
  const timeline = timelineOf([...log.events, ...datagrams(), ...troubles()]);
  const count = (filter: Partial<TimelineFilter>): number =>
    timeline.items.filter((item) => isShown(timeline, item, { ...EVERYTHING, ...filter })).length;
  const packets = (matches: (packet: NonNullable<Timeline["items"][number]["packet"]>) => boolean): number =>
    timeline.items.filter(({ packet }) => packet === undefined || matches(packet)).length;

  test("lets everything through that is not asked for", () => assert.equal(count({}), timeline.items.length));

  test("chooses flows and protocols of packets, and leaves the others", () => {
    assert.equal(
      count({ flows: [[6, 8]] }),
      packets(({ flow }) => flow === 7),
    );
    assert.equal(
      count({ protocols: ["udp"] }),
      packets(({ protocol }) => protocol === "udp"),
    );
    assert.ok(count({ protocols: ["udp"] }) < timeline.items.length);
  });

  test("chooses kinds and texts of everything", () => {
    assert.equal(count({ kinds: ["lost"] }), timeline.items.filter(({ kind }) => kind === "lost").length);
    assert.equal(count({ kinds: ["lost"] }), 3);
    assert.equal(count({ text: "PATIENTLY" }), 1);
    assert.equal(count({ text: "a question" }), 1);
    assert.equal(count({ kinds: ["none"] }), 0);
  });
});

test("kindGroup, puts together what belongs together", () => {
  const kinds = ["arrived", "boot", "down", "paused", "heal", "fault", "note"] as const;
  assert.deepEqual(
    kinds.map((kind) => kindGroup(kind)),
    ["arrived", "host", "host", "host", "fault", "fault", "note"],
  );
});

test("parseFlows, reads numbers and ranges, and leaves out the rest", () => {
  assert.deepEqual(parseFlows("1, 4-6 x 9 - 10"), [
    [1, 1],
    [4, 6],
    [9, 10],
  ]);
  assert.deepEqual(parseFlows(""), []);
});

test("placeInRows, gives rows to the instants that it is given, no others", () => {
  const timeline = timelineOf(cleanConnection());
  const { rows, tops } = placeInRows(timeline, [4, 5]);
  assert.deepEqual([rows, tops[2]], [[2_000_000, 3_000_000], 0]);
});

test("placesTaken, lets a host send and get in a row, and keeps marks alone", () => {
  const { items } = timelineOf([...cleanConnection(), ...troubles()]);
  const [packet] = items;
  const mark = items.find(({ kind }) => kind === "crash")!;
  const span = items.find(({ kind }) => kind === "down")!;
  assert.deepEqual(placesTaken(packet!, false), ["from 0"]);
  assert.deepEqual(placesTaken(packet!, true), ["to 1"]);
  assert.deepEqual(placesTaken(mark, false), ["from 1", "to 1"]);
  assert.deepEqual(placesTaken(span, false), []);
});
