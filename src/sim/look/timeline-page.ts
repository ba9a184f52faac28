/** The program of a page with a timeline: what somebody does there, and what is drawn then. It runs in browsers, see `timeline.ts`. */
import { drawTimeline, itemAt, placeItem } from "./draw-timeline.ts";
import type { TimelineView } from "./draw-timeline.ts";
import type { PageDocument, PageElement, PageEvent, PageWindow } from "./page-surface.ts";
import { layoutTimeline, parseFlows } from "./timeline-layout.ts";
import type { TimelineScale } from "./timeline-layout.ts";
import { describeItem, hexDump, timeText } from "./timeline-text.ts";
import { unpackTimeline } from "./timeline.ts";
import type { PackedTimeline } from "./timeline.ts";

export function timelinePage(document: PageDocument, window: PageWindow): void {
  const find = (id: string): PageElement => document.getElementById(id)!;
  const svg = find("diagram");
  const timeline = unpackTimeline(JSON.parse(find("data").textContent!) as PackedTimeline);
  const gutter = 120;
  const header = 40;
  let scale: TimelineScale = "order";
  let layout = layoutTimeline(timeline, scale, readFilter());
  let size = { width: 800, height: 600 };
  let [left, top, zoom, selected] = [0, 0, 24, -1];
  let isWaiting = false;

  listen();
  draw();

  function listen(): void {
    for (const id of ["search", "flows"]) find(id).addEventListener("input", filterAgain);
    for (const id of ["hosts", "kinds", "protocols"]) find(id).addEventListener("change", filterAgain);
    find("scale").addEventListener("change", () => chooseScale(find("scale").value as TimelineScale));
    find("zoom-in").addEventListener("click", () => zoomBy(1.5));
    find("zoom-out").addEventListener("click", () => zoomBy(1 / 1.5));
    find("whole").addEventListener("click", showWhole);
    find("reset").addEventListener("click", resetFilter);
    svg.addEventListener("wheel", turnWheel, { passive: false });
    svg.addEventListener("keydown", pressKey);
    listenToPointer();
    window.addEventListener("resize", drawSoon);
    // What opens or closes above the diagram leaves it another height.
    find("filters").addEventListener("toggle", drawSoon);
  }

  function measure(): void {
    const { width, height } = svg.getBoundingClientRect();
    size = { width: Math.max(200, width), height: Math.max(120, height) };
  }

  function view(): TimelineView {
    const { width, height } = size;
    const laneWidth = Math.max(130, (width - gutter) / Math.max(1, layout.lanes.length));
    return { width, height, gutter, header, laneWidth, left, top, zoom, selected, most: 1000 };
  }

  /** Keeps the diagram in sight. */
  function clamp(): void {
    const room = size.height - header;
    const whole = room / (layout.height * 1.05);
    // Few rows are not drawn apart to fill the room.
    const least = scale === "order" ? Math.min(24, whole) : whole;
    zoom = Math.min(scale === "order" ? 120 : 50, Math.max(least, zoom));
    top = Math.max(0, Math.min(top, layout.height - room / zoom + 40 / zoom));
    const { laneWidth } = view();
    left = Math.max(0, Math.min(left, layout.lanes.length * laneWidth - (size.width - gutter)));
  }

  function drawSoon(): void {
    if (isWaiting) return;
    isWaiting = true;
    window.requestAnimationFrame(() => {
      isWaiting = false;
      draw();
    });
  }

  function draw(): void {
    measure();
    clamp();
    const drawing = drawTimeline(timeline, layout, view());
    svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    find("drawing").innerHTML = drawing.markup;
    const { length } = layout.shown;
    const all = timeline.items.length;
    const part = length === all ? `${all} things` : `${length} of ${all} things`;
    const thinned = drawing.drawn < drawing.inView ? `, of ${drawing.inView} in view ${drawing.drawn} are drawn` : "";
    find("status").textContent = `${part} in ${timeText(timeline.until)}${thinned}`;
  }

  function checkedIn(id: string): string[] {
    const boxes = Array.from(find(id).querySelectorAll("input"));
    const checked = boxes.filter((box) => box.checked).map((box) => box.value);
    return checked.length === boxes.length ? [] : checked.length === 0 ? ["none"] : checked;
  }

  function readFilter(): Parameters<typeof layoutTimeline>[2] {
    const chosen = Array.from(find("hosts").options).filter((option) => option.selected);
    return {
      hosts: chosen.map((option) => Number(option.value)),
      flows: parseFlows(find("flows").value),
      protocols: checkedIn("protocols"),
      kinds: checkedIn("kinds"),
      text: find("search").value.trim(),
    };
  }

  function filterAgain(): void {
    keepPlace(() => (layout = layoutTimeline(timeline, scale, readFilter())));
  }

  function chooseScale(wanted: TimelineScale): void {
    keepPlace(() => {
      scale = wanted;
      layout = layoutTimeline(timeline, scale, readFilter());
      zoom = scale === "order" ? 24 : 0;
    });
  }

  /** What is selected, or else the first thing in view, stays where it is when everything moves. */
  function keepPlace(change: () => void): void {
    const isInView = (index: number): boolean =>
      layout.tops[index]! >= top && layout.tops[index]! <= top + (size.height - header) / zoom;
    const anchor =
      selected >= 0 && layout.shown.some(({ index }) => index === selected) && isInView(selected)
        ? timeline.items[selected]
        : layout.shown.find(({ index }) => isInView(index));
    const offset = anchor === undefined ? 0 : (layout.tops[anchor.index]! - top) * zoom;
    change();
    clamp();
    if (anchor !== undefined) top = layout.tops[anchor.index]! - offset / zoom;
    drawSoon();
  }

  function resetFilter(): void {
    find("search").value = find("flows").value = "";
    for (const option of Array.from(find("hosts").options)) (option as { selected: boolean }).selected = false;
    for (const id of ["kinds", "protocols"]) {
      for (const box of Array.from(find(id).querySelectorAll("input"))) box.checked = true;
    }
    filterAgain();
  }

  function zoomBy(factor: number, y = (size.height + header) / 2): void {
    const place = top + (y - header) / zoom;
    zoom *= factor;
    clamp();
    top = place - (y - header) / zoom;
    drawSoon();
  }

  function showWhole(): void {
    [zoom, top, left] = [0, 0, 0];
    drawSoon();
  }

  function moveBy(x: number, y: number): void {
    left += x;
    top += y / zoom;
    drawSoon();
  }

  function turnWheel(event: PageEvent): void {
    event.preventDefault();
    const pixels = [1, 24, size.height][event.deltaMode] ?? 1;
    const { left: x, top: y } = svg.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey || event.altKey) zoomBy(0.998 ** (event.deltaY * pixels), event.clientY - y);
    else if (event.shiftKey && event.clientX >= x) moveBy((event.deltaX || event.deltaY) * pixels, 0);
    else moveBy(event.deltaX * pixels, event.deltaY * pixels);
  }

  function pressKey(event: PageEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = size.height - header - 40;
    const actions: Partial<Record<string, () => void>> = {
      ArrowUp: () => moveBy(0, -48),
      ArrowDown: () => moveBy(0, 48),
      ArrowLeft: () => moveBy(-48, 0),
      ArrowRight: () => moveBy(48, 0),
      PageUp: () => moveBy(0, -page),
      PageDown: () => moveBy(0, page),
      " ": () => moveBy(0, event.shiftKey ? -page : page),
      Home: () => moveBy(0, -Infinity),
      End: () => moveBy(0, Number.MAX_VALUE),
      "+": () => zoomBy(1.5),
      "=": () => zoomBy(1.5),
      "-": () => zoomBy(1 / 1.5),
      "0": showWhole,
      n: () => step(1),
      p: () => step(-1),
      t: () => {
        find("scale").value = scale === "order" ? "time" : "order";
        chooseScale(find("scale").value as TimelineScale);
      },
      "/": () => find("search").focus(),
      Escape: () => select(-1),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  function listenToPointer(): void {
    let start: PageEvent | undefined;
    let last: PageEvent | undefined;
    let isDrag = false;
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      svg.setPointerCapture(event.pointerId);
      svg.focus();
      [start, last, isDrag] = [event, event, false];
    });
    svg.addEventListener("pointermove", (event) => {
      if (start === undefined || last === undefined) return;
      isDrag ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > 4;
      if (isDrag) moveBy(last.clientX - event.clientX, last.clientY - event.clientY);
      if (isDrag) last = event;
    });
    svg.addEventListener("pointerup", (event) => {
      if (start !== undefined && !isDrag) {
        const { left: x, top: y } = svg.getBoundingClientRect();
        select(itemAt(layout, view(), event.clientX - x, event.clientY - y)?.index ?? -1);
      }
      start = undefined;
    });
    svg.addEventListener("pointercancel", () => (start = undefined));
  }

  /** Selects the next thing that is shown, or the one before. */
  function step(by: 1 | -1): void {
    const { shown } = layout;
    const place = shown.findIndex(({ index }) => index === selected);
    const first = shown.findIndex(({ index }) => layout.tops[index]! >= top);
    const next = place < 0 ? Math.max(first, 0) : Math.min(shown.length - 1, Math.max(0, place + by));
    const item = shown[next];
    if (item === undefined) return;
    select(item.index);
    const { x1, y1 } = placeItem(item, layout, view());
    if (y1 < header + 24 || y1 > size.height - 24) moveBy(0, y1 - (size.height + header) / 2);
    if (x1 < gutter || x1 > size.width) moveBy(x1 - (size.width + gutter) / 2, 0);
  }

  function select(index: number): void {
    selected = index;
    showDetails();
    drawSoon();
  }

  function showDetails(): void {
    const panel = find("details");
    const item = timeline.items[selected];
    if (item === undefined) {
      panel.replaceChildren(make("p", "Nothing is selected. Click something in the diagram, or press n there."));
      return;
    }
    const list = make("dl");
    for (const [name, value] of describeItem(timeline, item)) list.append(make("dt", name), make("dd", value));
    const parts = [list];
    const { packet } = item;
    if (packet !== undefined && packet.flow > 0) {
      parts.push(
        makeButton(`Only flow ${packet.flow}`, () => {
          find("flows").value = String(packet.flow);
          filterAgain();
        }),
      );
    }
    if (packet?.payload !== undefined && packet.payload !== "") parts.push(make("pre", hexDump(packet.payload)));
    panel.replaceChildren(...parts);
  }

  function make(name: string, text = ""): PageElement {
    const element = document.createElement(name);
    element.textContent = text;
    return element;
  }

  function makeButton(text: string, press: () => void): PageElement {
    const button = make("button", text);
    button.type = "button";
    button.addEventListener("click", press);
    return button;
  }
}
