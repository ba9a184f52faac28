/** The page as a whole: what `formatTimeline` wrote, its program run in a context that has nothing but the language and a small browser. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { formatTimeline } from "../../../src/sim/look/format-timeline.ts";
import { timelinePage } from "../../../src/sim/look/timeline-page.ts";
import type { SimulationEvent } from "../../../src/sim/simulation-event.ts";
import { FakePage } from "./fake-page.ts";
import { CLIENT, ConnectionWriter, LogWriter, SERVER, cleanConnection, troubles } from "./fixtures.ts";

function open(events: readonly SimulationEvent[]): FakePage {
  const page = new FakePage(formatTimeline(events));
  assert.equal(page.scripts.length, 1);
  runInContext(page.scripts[0]!, createContext({ document: page.document, window: page.window }));
  return page;
}

function press(page: FakePage, key: string, times = 1): void {
  for (let n = 0; n < times; n++) assert.equal(page.find("diagram").fire("keydown", { key }), true, key);
  page.draw();
}

function type(page: FakePage, id: string, value: string, event = "input"): void {
  page.find(id).value = value;
  page.find(id).fire(event);
  page.draw();
}

/** What the first arrow in view says it is, where it begins. */
function firstArrow(page: FakePage): [number, number] {
  const line = page.drawing().find(({ attributes }) => attributes["class"] === "line")!;
  const [, x, y] = /^M([-\d.]+) ([-\d.]+)/.exec(line.attributes["d"]!)!;
  return [Number(x), Number(y)];
}

test("timelinePage, draws the log when it is loaded, and draws it in a page of the module too", () => {
  const page = open(troubles());
  assert.equal(page.groups("packet").length, 8);
  assert.equal(page.groups("mark").length, 8);
  assert.equal(page.find("status").textContent, "20 things in 2.407 s");
  const other = new FakePage(formatTimeline(troubles()));
  timelinePage(other.document, other.window);
  assert.equal(other.find("drawing").innerHTML, page.find("drawing").innerHTML);
});

describe("timelinePage, filters", () => {
  test("by text, flows, protocols, kinds and hosts, and shows everything again", () => {
    const log = new LogWriter();
    for (const flow of [1, 2, 3]) new ConnectionWriter(log, flow).open();
    log.sent(9, CLIENT, SERVER, { data: "ping" });
    log.event(10, "note", "other", "hi");
    const page = open(log.events);
    const packets = (): number => page.groups("packet").length;
    assert.equal(packets(), 10);
    type(page, "flows", "1, 3");
    assert.equal(packets(), 6);
    type(page, "flows", "");
    type(page, "search", "PING");
    assert.equal(packets(), 1);
    assert.equal(page.find("status").textContent, "1 of 11 things in 10 ns");
    type(page, "search", "");
    const [tcp] = page.find("protocols").querySelectorAll("input");
    tcp!.checked = false;
    page.find("protocols").fire("change");
    page.draw();
    assert.equal(packets(), 1);
    for (const box of page.find("kinds").querySelectorAll("input")) box.checked = box.value === "note";
    page.find("kinds").fire("change");
    page.draw();
    assert.deepEqual([packets(), page.groups("mark").length], [0, 1]);
    for (const box of page.find("kinds").querySelectorAll("input")) box.checked = false;
    page.find("kinds").fire("change");
    page.draw();
    assert.equal(page.groups("mark").length, 0);
    page.find("reset").fire("click");
    page.draw();
    assert.deepEqual([packets(), page.groups("mark").length], [10, 1]);
    page.find("hosts").options.find(({ value }) => value === "2")!.selected = true;
    page.find("hosts").fire("change");
    page.draw();
    assert.deepEqual([packets(), page.groups("mark").length], [0, 1]);
    const names = page.drawing().find(({ attributes }) => attributes["class"] === "names")!;
    assert.deepEqual(
      names.children.map(({ text }) => text),
      ["other"],
    );
  });
});

describe("timelinePage, zooms and moves", () => {
  test("with keys", () => {
    const page = open(cleanConnection());
    const [x, y] = firstArrow(page);
    press(page, "+");
    assert.ok(firstArrow(page)[1] !== y);
    press(page, "-");
    press(page, "Home");
    assert.deepEqual(firstArrow(page), [x, y]);
    press(page, "+", 3);
    press(page, "ArrowDown", 20);
    assert.ok(!page.groups("packet").some((classes) => classes === "") && page.groups("packet").length < 15);
    press(page, "0");
    assert.equal(page.groups("packet").length, 15);
    press(page, "+", 20);
    press(page, "End");
    const texts = page.drawing().flatMap(({ name, text }) => (name === "text" ? [text] : []));
    assert.ok(texts.includes("ACK") && !texts.includes("SYN"));
    assert.equal(page.find("diagram").fire("keydown", { key: "n", ctrlKey: true }), false);
    assert.equal(page.find("diagram").fire("keydown", { key: "x" }), false);
  });

  test("with the wheel, around the pointer, and with the browser's own zoom left alone", () => {
    const page = open(cleanConnection());
    const diagram = page.find("diagram");
    const [, y] = firstArrow(page);
    // The diagram begins at 100: the pointer is at the first arrow, which stays there.
    assert.equal(diagram.fire("wheel", { ctrlKey: true, deltaY: -300, clientX: 100, clientY: 100 + y }), true);
    page.draw();
    assert.ok(Math.abs(firstArrow(page)[1] - y) < 0.2);
    diagram.fire("wheel", { deltaY: 2, deltaMode: 1 });
    page.draw();
    assert.ok(Math.abs(firstArrow(page)[1] - (y - 48)) < 0.2);
  });

  test("by dragging, and sideways where there are many hosts", () => {
    const log = new LogWriter();
    const ends = Array.from({ length: 20 }, (_, n) => ({ ...CLIENT, host: `host${n}`, address: `10.0.0.${n + 1}` }));
    for (const [n, end] of ends.entries()) log.arrived(n + 1, log.sent(n, end, ends[(n + 1) % 20]!, { data: "x" }));
    const page = open(log.events);
    const diagram = page.find("diagram");
    const [x] = firstArrow(page);
    diagram.fire("pointerdown", { clientX: 500, clientY: 300 });
    diagram.fire("pointermove", { clientX: 400, clientY: 300 });
    diagram.fire("pointerup", { clientX: 400, clientY: 300 });
    page.draw();
    assert.ok(Math.abs(firstArrow(page)[0] - (x - 100)) < 1);
    assert.equal(page.find("details").children.length, 1);
    diagram.fire("wheel", { shiftKey: true, deltaY: -100, clientX: 100, clientY: 300 });
    page.draw();
    assert.ok(Math.abs(firstArrow(page)[0] - x) < 1);
    diagram.fire("pointermove", { clientX: 10, clientY: 10 });
    assert.equal(page.draw(), 0);
  });

  test("with buttons, and when the window changes", () => {
    const page = open(cleanConnection());
    const before = page.find("drawing").innerHTML;
    page.find("zoom-in").fire("click");
    page.find("zoom-in").fire("click");
    assert.equal(page.draw(), 1);
    assert.notEqual(page.find("drawing").innerHTML, before);
    page.find("zoom-out").fire("click");
    page.find("whole").fire("click");
    page.resize();
    assert.equal(page.draw(), 1);
    assert.equal(page.groups("packet").length, 15);
  });

  test("over the room that there is, when the filters are opened above it", () => {
    const page = open(cleanConnection());
    page.find("diagram").height = 300;
    page.find("filters").fire("toggle");
    assert.equal(page.draw(), 1);
    assert.equal(page.find("diagram").attributes["viewBox"], "0 0 1000 300");
  });

  test("true to time, with what was in view at its place", () => {
    const page = open(cleanConnection());
    type(page, "scale", "time", "change");
    const ticks = page.drawing().filter(({ attributes }) => attributes["class"] === "tick");
    assert.deepEqual(
      ticks.map(({ text }) => text),
      ["0", "2 ms", "4 ms", "6 ms", "8 ms", "10 ms", "12 ms", "14 ms"],
    );
    press(page, "t");
    assert.equal(page.find("scale").value, "order");
  });
});

describe("timelinePage, selects", () => {
  test("what is clicked, and shows all of it", () => {
    const page = open(cleanConnection());
    const diagram = page.find("diagram");
    // The fourth arrow, in the middle: lanes are 440 wide, rows 24 high.
    const at = { clientX: 10 + 120 + 440, clientY: 100 + 40 + 4 * 24 };
    diagram.fire("pointerdown", at);
    diagram.fire("pointerup", at);
    page.draw();
    const details = page.find("details").allText();
    for (const part of ["client 10.0.0.1:40000", "server 10.0.0.2:7", "7 bytes", "68 65 6c 6c 6f 0d 0a", "hello.."]) {
      assert.ok(details.includes(part), part);
    }
    assert.equal(page.groups("selected").length, 1);
    assert.equal(diagram.isFocused, true);
    diagram.fire("pointerdown", { button: 2 });
    press(page, "Escape");
    assert.equal(page.groups("selected").length, 0);
    assert.match(page.find("details").allText(), /Nothing is selected/);
  });

  test("the next and the previous with keys, and keeps them in view", () => {
    const log = new LogWriter();
    const connection = new ConnectionWriter(log, 3).open();
    for (let n = 0; n < 100; n++) connection.say(connection.client, `message ${n}`);
    const page = open(log.events);
    press(page, "n", 100);
    assert.equal(page.groups("selected").length, 1);
    const before = page.find("details").allText();
    press(page, "n");
    press(page, "p");
    assert.equal(page.find("details").allText(), before);
    press(page, "p", 300);
    assert.equal(page.groups("selected").length, 1);
    assert.ok(page.find("details").allText().includes("SYN"));
  });

  test("a flow alone with the button of one of its packets", () => {
    const log = new LogWriter();
    for (const flow of [1, 2]) new ConnectionWriter(log, flow).open();
    const page = open(log.events);
    press(page, "n");
    const [button] = page.find("details").querySelectorAll("button");
    assert.equal(button!.textContent, "Only flow 1");
    button!.fire("click");
    page.draw();
    assert.equal(page.groups("packet").length, 3);
    press(page, "/");
    assert.equal(page.find("search").isFocused, true);
  });
});

test("timelinePage, draws a part of 20,000 events, wherever one looks", () => {
  const log = new LogWriter();
  const connection = new ConnectionWriter(log, 1).open();
  while (log.events.length < 20_000) connection.say(connection.client, "0123456789");
  const page = open(log.events);
  assert.ok(page.groups("packet").length < 50);
  press(page, "0");
  assert.match(page.find("status").textContent, /in view \d+ are drawn$/);
  assert.ok(page.groups("packet").length <= 1000);
});

test("timelinePage, takes a log of nothing", () => {
  const page = open([]);
  press(page, "n");
  press(page, "0");
  press(page, "End");
  assert.equal(page.find("status").textContent, "0 things in 0");
});
