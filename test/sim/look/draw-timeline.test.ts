import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as drawing from "../../../src/sim/look/draw-timeline.ts";
import type { TimelineView } from "../../../src/sim/look/draw-timeline.ts";
import { layoutTimeline } from "../../../src/sim/look/timeline-layout.ts";
import type { TimelineLayout, TimelineScale } from "../../../src/sim/look/timeline-layout.ts";
import { packTimeline, unpackTimeline } from "../../../src/sim/look/timeline.ts";
import type { Timeline } from "../../../src/sim/look/timeline.ts";
import type { SimulationEvent } from "../../../src/sim/simulation-event.ts";
import { CLIENT, ConnectionWriter, LogWriter, SERVER, cleanConnection, troubles } from "./fixtures.ts";
import { elementsIn, parseXML } from "./well-formed.ts";
import type { XMLElement } from "./well-formed.ts";

const { axisTicks, drawTimeline, itemAt, itemsInView, placeItem, thinOut } = drawing;

const VIEW: TimelineView = {
  width: 500,
  height: 440,
  gutter: 100,
  header: 40,
  laneWidth: 200,
  left: 0,
  top: 0,
  zoom: 20,
  selected: -1,
  most: 1000,
};

function laidOut(
  events: readonly SimulationEvent[],
  scale: TimelineScale = "order",
): { timeline: Timeline; layout: TimelineLayout } {
  const timeline = unpackTimeline(packTimeline(events, 100));
  const everything = { hosts: [], flows: [], protocols: [], kinds: [], text: "" };
  return { timeline, layout: layoutTimeline(timeline, scale, everything) };
}

function draw(events: readonly SimulationEvent[], view: Partial<TimelineView> = {}): XMLElement[] {
  const { timeline, layout } = laidOut(events);
  return elementsIn(parseXML(`<g>${drawTimeline(timeline, layout, { ...VIEW, ...view }).markup}</g>`));
}

/** The elements of a class. */
function having(elements: readonly XMLElement[], ...names: string[]): XMLElement[] {
  return elements.filter(({ attributes }) => {
    const classes = (attributes["class"] ?? "").split(" ");
    return names.every((name) => classes.includes(name));
  });
}

function textsIn(elements: readonly XMLElement[]): string[] {
  return elements
    .flatMap((element) => elementsIn(element))
    .flatMap(({ name, text }) => (name === "text" ? [text] : []));
}

describe("drawTimeline", () => {
  test("draws an arrow from lane to lane and row to row for each packet that arrived", () => {
    const arrows = having(draw(cleanConnection()), "packet", "tcp", "arrived");
    assert.equal(arrows.length, 15);
    const lines = arrows.map(({ children }) => children[0]!.attributes["d"]);
    assert.deepEqual(lines.slice(0, 2), ["M200 50L400 70", "M400 70L200 90"]);
    assert.deepEqual(textsIn(arrows).slice(0, 4), ["SYN", "SYN ACK", "ACK", "7 B hello\\r\\n"]);
    assert.ok(arrows.every(({ children }) => children[1]!.attributes["class"] === "tip"));
  });

  test("lets what got lost end in a cross with the reason, and what is underway before it gets there", () => {
    const elements = draw(troubles(), { height: 1000 });
    const lost = having(elements, "packet", "lost");
    assert.equal(lost.length, 2);
    assert.ok(lost.every((packet) => having(elementsIn(packet), "cross").length === 1));
    assert.deepEqual(textsIn(lost), ["5 B get\\r\\n", "lost on the way", "4 B ping", "the link is cut"]);
    assert.equal(having(elements, "packet", "underway").length, 1);
  });

  test("gives connections colours of their own, and protocols lines of their own", () => {
    const log = new LogWriter();
    for (const flow of [1, 2]) new ConnectionWriter(log, flow).open();
    log.sent(0, CLIENT, SERVER, { data: "x" });
    const elements = draw(log.events);
    assert.equal(having(elements, "tcp", "c1").length, 3);
    assert.equal(having(elements, "tcp", "c2").length, 3);
    assert.equal(having(elements, "udp").length, 1);
  });

  test("draws bands over the lanes that a fault concerns, over all where it concerns none, and keeps the text in view", () => {
    const bands = having(draw(troubles(), { top: 11 }), "band", "fault");
    assert.deepEqual(
      bands.map((band) => elementsIn(band).filter(({ name }) => name === "rect").length),
      [2, 1],
    );
    assert.deepEqual(textsIn(bands), ["partition: client from server for 2 s", "crash of server"]);
    const [text] = elementsIn(bands[0]!).filter(({ name }) => name === "text");
    assert.ok(Number(text!.attributes["y"]) > VIEW.header);
    const log = new LogWriter();
    for (const host of ["a", "b", "c"]) log.event(0, "boot", host);
    log.event(1, "fault", "", "strange");
    log.event(2, "note", "a", "x");
    const [everywhere] = having(draw(log.events, { width: 900 }), "band");
    assert.equal(everywhere!.children.filter(({ name }) => name === "rect").length, 3);
  });

  test("draws marks, each in its form, with what they say", () => {
    const elements = draw(troubles(), { height: 1000 });
    for (const [kind, count] of [
      ["boot", 3],
      ["crash", 1],
      ["pause", 1],
      ["resume", 1],
      ["note", 1],
      ["error", 1],
    ] as const) {
      assert.equal(having(elements, "mark", kind).length, count, kind);
    }
    assert.deepEqual(textsIn(having(elements, "note")), ['waiting <patiently> & "quietly"']);
    const forms = having(elements, "mark").map((mark) => mark.children[0]!.attributes["d"]);
    assert.equal(new Set(forms).size, 6);
    assert.equal(having(elements, "band", "down").length, 1);
    assert.equal(having(elements, "band", "paused").length, 1);
  });

  test("draws a loop, when a host sends something to itself", () => {
    const log = new LogWriter();
    log.arrived(9, log.sent(0, CLIENT, { ...CLIENT, port: 9 }, { data: "me" }));
    const [loop] = having(draw(log.events), "packet");
    assert.match(loop!.children[0]!.attributes["d"]!, /^M200 50C240 50 240 70 200 70$/);
  });

  test("marks what is selected", () => {
    assert.deepEqual(textsIn(having(draw(cleanConnection(), { selected: 1 }), "selected")), ["SYN ACK"]);
    assert.equal(having(draw(troubles(), { selected: 0 }), "mark", "selected").length, 1);
  });

  test("names the lanes in view, cuts long names and keeps the whole as a title", () => {
    const log = new LogWriter();
    const long = `host-${"x".repeat(99)}<b>`;
    for (const host of [long, "b", "c", "d", "e", "f"]) log.event(0, "boot", host);
    const [names] = having(draw(log.events), "names");
    assert.equal(names!.children.length, 3);
    assert.equal(names!.children[0]!.children[0]!.text, long);
    assert.ok(names!.children[0]!.text.length <= 25);
    const [others] = having(draw(log.events, { left: 800 }), "names");
    assert.deepEqual(
      others!.children.slice(-2).map(({ text }) => text),
      ["e", "f"],
    );
  });

  test("can be parsed, whatever names and payloads are", () => {
    const log = new LogWriter();
    const evil = `</text></svg><script>alert("&")</script>\u0001\ud800`;
    log.lost(2, log.sent(0, { ...CLIENT, host: evil }, SERVER, { data: evil }), evil);
    log.event(3, "fault", "", evil);
    log.event(4, "note", evil, evil);
    const elements = draw(log.events);
    assert.ok(elements.every(({ name }) => ["g", "rect", "path", "text", "title", "circle"].includes(name)));
  });
});

describe("itemsInView", () => {
  const { layout, timeline } = laidOut(cleanConnection());

  test("has what the view shows, also of arrows that begin above it and end below", () => {
    const seen = itemsInView(layout, { ...VIEW, top: 5.2, height: 60 }).map(({ index }) => index);
    // There is a margin.
    assert.deepEqual(seen, [4, 5, 6]);
    const log = new LogWriter();
    const slow = log.sent(0, CLIENT, SERVER, { data: "slow" });
    for (let time = 1; time < 100; time++) log.event(time, "note", "client", "x");
    log.arrived(100, slow);
    const long = laidOut(log.events);
    const view = { ...VIEW, top: 50, height: 100 };
    assert.ok(itemsInView(long.layout, view).some(({ packet }) => packet !== undefined));
  });

  test("draws no more than what is in view", () => {
    const { inView, drawn } = drawTimeline(timeline, layout, { ...VIEW, height: 80 });
    assert.equal(inView, drawn);
    assert.ok(drawn < 5);
  });
});

test("thinOut, keeps what is different first, then some, and always what is selected", () => {
  const log = new LogWriter();
  const connection = new ConnectionWriter(log, 1).open();
  while (log.events.length < 20_000) connection.say(connection.client, "x");
  const { layout, timeline } = laidOut(log.events);
  const view = { ...VIEW, zoom: 0.02, most: 300 };
  const all = itemsInView(layout, view);
  assert.equal(all.length, timeline.items.length);
  const some = thinOut(layout, { ...view, selected: 4321 }, all);
  assert.ok(some.length <= 301 && some.length > 100, String(some.length));
  assert.ok(some.some(({ index }) => index === 4321));
  assert.deepEqual(thinOut(layout, view, all.slice(0, 300)), all.slice(0, 300));
  const { inView, drawn } = drawTimeline(timeline, layout, view);
  assert.deepEqual([inView, drawn <= 300], [all.length, true]);
});

describe("itemAt", () => {
  const { layout, timeline } = laidOut(troubles());

  test("finds arrows, marks and bands where they were put", () => {
    for (const item of timeline.items.filter(({ kind }) => kind !== "down" && kind !== "paused")) {
      const { x1, y1, x2, y2 } = placeItem(item, layout, { ...VIEW, height: 1000 });
      const isBand = item.packet === undefined && item.end > item.begin;
      const [x, y] = isBand ? [x1 - 80, y1 + 8] : [x1 + (x2 - x1) * 0.4, y1 + (y2 - y1) * 0.4];
      assert.equal(itemAt(layout, { ...VIEW, height: 1000 }, x, y), item, item.kind);
    }
  });

  test("finds loops beside the lane, and nothing in the header or far away", () => {
    const log = new LogWriter();
    log.arrived(9, log.sent(0, CLIENT, { ...CLIENT, port: 9 }, { data: "me" }));
    const loop = laidOut(log.events);
    assert.equal(itemAt(loop.layout, VIEW, 220, 60)?.kind, "arrived");
    assert.equal(itemAt(loop.layout, VIEW, 200, 200), undefined);
    assert.equal(itemAt(loop.layout, VIEW, 200, 39), undefined);
  });
});

describe("axisTicks", () => {
  test("say the time of each row once, and how long nothing happened", () => {
    const log = new LogWriter();
    for (const time of [0, 10, 20, 20, 30, 1030]) log.event(time, "note", "a", "x");
    const { layout } = laidOut(log.events);
    assert.deepEqual(
      axisTicks(layout, VIEW).map(({ text, isGap }) => [text, isGap]),
      [
        ["0", false],
        ["10 ns", false],
        ["20 ns", false],
        ["", false],
        ["30 ns", false],
        ["⋮ 1 µs", true],
        ["1.03 µs", false],
      ],
    );
  });

  test("keep their distance, when rows are close", () => {
    const { layout } = laidOut(cleanConnection());
    const ticks = axisTicks(layout, { ...VIEW, zoom: 3 });
    assert.deepEqual(
      ticks.map(({ text }) => text),
      ["0", "6 ms", "12 ms"],
    );
  });

  test("are round numbers, when the scale is true to time", () => {
    const { layout } = laidOut(cleanConnection(), "time");
    const texts = (top: number, zoom: number): string[] =>
      axisTicks(layout, { ...VIEW, top, zoom }).map(({ text }) => text);
    assert.deepEqual(texts(0, 400 / 15e6), ["0", "5 ms", "10 ms", "15 ms"]);
    assert.deepEqual(texts(2_000_000, 0.2).slice(0, 3), ["2 ms", "2.0005 ms", "2.001 ms"]);
    assert.deepEqual(texts(1_000_000, 50).slice(0, 3), ["1 ms", "1.000002 ms", "1.000004 ms"]);
    assert.deepEqual(texts(0, 1e9).length, 1);
  });
});
