import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeFault } from "../../../src/sim/describe-fault.ts";
import { packTimeline, unpackTimeline } from "../../../src/sim/look/timeline.ts";
import type { Timeline } from "../../../src/sim/look/timeline.ts";
import type { SimulationEvent } from "../../../src/sim/simulation-event.ts";
import { CLIENT, LogWriter, MILLISECOND, SERVER, cleanConnection, datagrams, troubles } from "./fixtures.ts";

function timelineOf(events: readonly SimulationEvent[], payloadLimit = 2000): Timeline {
  // As a page gets it.
  return unpackTimeline(JSON.parse(JSON.stringify(packTimeline(events, payloadLimit))));
}

function summary({ items, hosts }: Timeline): unknown[] {
  return items
    .filter(({ packet }) => packet === undefined)
    .map(({ kind, begin, end, hosts: concerned }) => [kind, begin, end, ...concerned.map((host) => hosts[host])]);
}

describe("packTimeline and unpackTimeline", () => {
  test("keep all that the log says of packets", () => {
    const events = [...cleanConnection(), ...datagrams()];
    const { items, hosts } = timelineOf(events);
    const sent = events.filter(({ kind }) => kind === "sent");
    assert.equal(items.length, sent.length);
    for (const [index, { packet, time }] of sent.entries()) {
      const { from, to, payload, ...numbers } = packet!;
      const end = events.find(({ packet: other, kind }) => other === packet && kind !== "sent")!;
      assert.deepEqual(items[index], {
        index,
        kind: end.kind,
        begin: time,
        end: end.time,
        text: end.text,
        hosts: [hosts.indexOf(from.host), hosts.indexOf(to.host)],
        packet: {
          ...numbers,
          from: { address: from.address, port: from.port },
          to: { address: to.address, port: to.port },
          payload: payload === undefined ? undefined : Buffer.from(payload).toString("latin1"),
        },
      });
    }
  });

  test("keep the order of the log", () => {
    const events = cleanConnection();
    const { order, items } = timelineOf(events);
    const seen = order.map((instant) => [(instant & 1) === 0 ? "sent" : "arrived", items[instant >> 1]!.packet!.id]);
    assert.deepEqual(
      seen,
      events.map(({ kind, packet }) => [kind, packet!.id]),
    );
  });

  test("make spans of faults, and of hosts without power or time", () => {
    const start = 207 * MILLISECOND;
    assert.deepEqual(summary(timelineOf(troubles())), [
      ["boot", 0, 0, "client"],
      ["boot", 0, 0, "server"],
      ["fault", start, start + 2000 * MILLISECOND, "client", "server"],
      ["pause", start + 5 * MILLISECOND, start + 5 * MILLISECOND, "client"],
      ["paused", start + 5 * MILLISECOND, start + 7 * MILLISECOND, "client"],
      ["fault", start + 6 * MILLISECOND, start + 2100 * MILLISECOND, "server"],
      ["crash", start + 6 * MILLISECOND, start + 6 * MILLISECOND, "server"],
      ["down", start + 6 * MILLISECOND, start + 2100 * MILLISECOND, "server"],
      ["resume", start + 7 * MILLISECOND, start + 7 * MILLISECOND, "client"],
      ["note", start + 8 * MILLISECOND, start + 8 * MILLISECOND, "client"],
      ["boot", start + 2100 * MILLISECOND, start + 2100 * MILLISECOND, "server"],
      ["error", start + 2200 * MILLISECOND, start + 2200 * MILLISECOND, "client"],
    ]);
  });

  test("find the hosts that a fault names, also where their names are quoted, and take others to be about all", () => {
    const log = new LogWriter();
    for (const host of ["db 1", "db-2", "other"]) log.event(0, "boot", host);
    const partition = { kind: "partition", at: 1, from: ["db 1"], to: ["db-2"] } as const;
    log.event(1, "fault", "", describeFault(partition));
    log.event(2, "fault", "", "all is strange");
    assert.deepEqual(summary(timelineOf(log.events)).slice(3), [
      ["fault", 1, 2, "db 1", "db-2"],
      ["fault", 2, 2],
    ]);
  });

  test("make a moment of a fault that is over when it begins", () => {
    const log = new LogWriter();
    for (const host of ["a", "b"]) log.event(0, "boot", host);
    log.event(1, "fault", "", describeFault({ kind: "reset", at: 0.5, between: ["a", "b"] }));
    log.event(2, "fault", "a", describeFault({ kind: "crash", at: 1, for: 2, host: "a" }));
    log.event(3, "fault", "a", describeFault({ kind: "crash", at: 1, host: "a" }));
    log.event(9, "note", "a", "the end");
    assert.deepEqual(summary(timelineOf(log.events)).slice(2, 5), [
      ["fault", 1, 1, "a", "b"],
      ["fault", 2, 9, "a"],
      ["fault", 3, 9, "a"],
    ]);
  });

  test("end the first of several faults that say the same", () => {
    const log = new LogWriter();
    for (const [time, kind] of [
      [1, "fault"],
      [2, "fault"],
      [3, "heal"],
      [4, "heal"],
    ] as const)
      log.event(time, kind, "a", "x");
    assert.deepEqual(summary(timelineOf(log.events)), [
      ["fault", 1, 3, "a"],
      ["fault", 2, 4, "a"],
    ]);
  });

  test("take a log without its beginning", () => {
    const log = new LogWriter();
    const packet = log.sent(0, CLIENT, SERVER, { data: "x" });
    log.arrived(5, packet);
    log.event(6, "heal", "", "a fault");
    log.event(7, "boot", "server");
    log.sent(8, CLIENT, SERVER, { data: "y" });
    const timeline = timelineOf(log.events.slice(1));
    assert.deepEqual(
      timeline.items.map(({ kind, begin, end }) => [kind, begin, end]),
      [
        ["arrived", 5, 5],
        ["heal", 6, 6],
        ["boot", 7, 7],
        ["underway", 8, 8],
      ],
    );
  });

  test("keep so many bytes of a payload, and say how long it was", () => {
    const log = new LogWriter();
    log.sent(0, CLIENT, SERVER, { data: Buffer.from([0, 255, 60, 128, 1]) });
    const { packet } = timelineOf(log.events, 3).items[0]!;
    assert.deepEqual([packet!.payload, packet!.size], ["\0ÿ<", 5]);
  });

  test("take an empty log", () => {
    assert.deepEqual(timelineOf([]), { hosts: [], items: [], order: [], until: 0 });
  });
});
