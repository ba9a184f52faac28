/** Draws the part of a timeline that is in view, as SVG. Pages run these functions as well, see `timeline.ts`. */
import { escapeMarkup, markText, packetText, timeText } from "./timeline-text.ts";
import type { TimelineLayout } from "./timeline-layout.ts";
import type { Timeline, TimelineItem } from "./timeline.ts";

/** Where somebody looks. All in pixels, unless it says otherwise. */
export interface TimelineView {
  readonly width: number;
  readonly height: number;
  /** The room of the axis at the left, and of the hosts' names at the top. */
  readonly gutter: number;
  readonly header: number;
  readonly laneWidth: number;
  /** How far the lanes are pushed to the left. */
  readonly left: number;
  /** What stands right below the header, and pixels for one, both in the units of the layout. */
  readonly top: number;
  readonly zoom: number;
  /** The index of an item; -1 for none. */
  readonly selected: number;
  /** So many items are drawn at most; of more, some that look alike or stand close to others are left out. */
  readonly most: number;
}

/** Where an item is: a line, or for marks a point. */
export interface TimelinePlace {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export interface TimelineDrawing {
  readonly markup: string;
  /** How many items are in view, and how many of these are drawn. */
  readonly inView: number;
  readonly drawn: number;
}

export function drawTimeline(timeline: Timeline, layout: TimelineLayout, view: TimelineView): TimelineDrawing {
  const { width, height, header, gutter } = view;
  const inView = itemsInView(layout, view);
  const drawn = thinOut(layout, view, inView);
  const bands: string[] = [];
  const arrows: string[] = [];
  const marks: string[] = [];
  /** Where the last label of each way stands: none is written on top of another. */
  const labels = new Map<string, number>();
  for (const item of drawn) {
    if (item.packet !== undefined) arrows.push(drawPacket(item, layout, view, labels));
    else if (item.end > item.begin) bands.push(drawBand(item, layout, view));
    else marks.push(drawMark(item, layout, view, labels));
  }
  const markup = [
    `<rect class="paper" width="${width}" height="${height}"/>`,
    drawGrid(layout, view, false),
    ...bands,
    drawLanes(timeline, layout, view, false),
    ...arrows,
    ...marks,
    `<rect class="paper" width="${gutter}" height="${height}"/>`,
    drawGrid(layout, view, true),
    `<rect class="paper" width="${width}" height="${header}"/>`,
    drawLanes(timeline, layout, view, true),
  ];
  return { markup: markup.join("\n"), inView: inView.length, drawn: drawn.length };
}

/** Where an item stands; what is about nobody is at the left. */
export function placeItem(item: TimelineItem, layout: TimelineLayout, view: TimelineView): TimelinePlace {
  const { header, gutter, laneWidth, left, top, zoom } = view;
  const xOf = (host: number | undefined): number =>
    host === undefined ? gutter + 8 : gutter + (layout.laneOf[host]! + 0.5) * laneWidth - left;
  // Rows have their things in the middle.
  const middle = layout.scale === "order" ? 0.5 : 0;
  const y1 = header + (layout.tops[item.index]! + middle - top) * zoom;
  const y2 = header + (layout.bottoms[item.index]! + middle - top) * zoom;
  const x1 = xOf(item.hosts[0]);
  if (item.packet === undefined) return { x1, y1, x2: x1, y2 };
  const x2 = xOf(item.hosts[1]);
  if (item.kind === "lost") return { x1, y1, x2: x1 + (x2 - x1) * 0.75, y2 };
  if (item.kind === "underway") return { x1, y1, x2: x1 + (x2 - x1) * 0.3, y2: y1 + 8 };
  return { x1, y1, x2, y2 };
}

/** The item that is nearest to a point, if one is near. */
export function itemAt(layout: TimelineLayout, view: TimelineView, x: number, y: number): TimelineItem | undefined {
  let nearest: TimelineItem | undefined;
  let least = 10;
  if (y < view.header) return undefined;
  for (const item of itemsInView(layout, view)) {
    const { x1, y1, x2, y2 } = placeItem(item, layout, view);
    let distance: number;
    if (item.packet === undefined && item.end > item.begin) {
      // Bands are behind everything else.
      const lanes = item.hosts.length === 0 ? layout.lanes : item.hosts;
      const isInside = lanes.some(
        (host) => Math.abs(placeItem({ ...item, hosts: [host] }, layout, view).x1 - x) < bandWidth(item, view) / 2,
      );
      distance = isInside && y >= y1 && y <= y2 ? 9 : 10;
    } else if (item.hosts[0] === item.hosts[1] && item.packet !== undefined) {
      distance = Math.hypot(Math.max(x1 - x, 0, x - x1 - 34), Math.max(y1 - y, 0, y - Math.max(y2, y1 + 10)));
    } else {
      const [dx, dy] = [x2 - x1, y2 - y1];
      const along = dx === 0 && dy === 0 ? 0 : ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy);
      const part = Math.min(1, Math.max(0, along));
      distance = Math.hypot(x1 + part * dx - x, y1 + part * dy - y);
    }
    // Of several, the one that is drawn above the others.
    if (distance < 10 && distance <= least) [nearest, least] = [item, distance];
  }
  return nearest;
}

export function itemsInView(layout: TimelineLayout, view: TimelineView): TimelineItem[] {
  const { header, gutter, width, height } = view;
  return layout.shown.filter((item) => {
    const { x1, y1, x2, y2 } = placeItem(item, layout, view);
    if (Math.max(y1, y2) < header - 12 || Math.min(y1, y2) > height + 12) return false;
    // Marks have texts at their right, and bands may be wide.
    return item.packet === undefined || (Math.max(x1, x2) > gutter - 40 && Math.min(x1, x2) < width + 40);
  });
}

/** Of items that would cover each other, one; and if these are too many as well, some of them. */
export function thinOut(layout: TimelineLayout, view: TimelineView, items: readonly TimelineItem[]): TimelineItem[] {
  const { most, selected } = view;
  if (items.length <= most) return [...items];
  const seen = new Set<string>();
  const different = items.filter((item) => {
    const { x1, y1, x2, y2 } = placeItem(item, layout, view);
    const what = item.packet === undefined ? item.kind : `${item.kind === "lost"} ${item.packet.flow % 8}`;
    const key = `${x1} ${x2} ${Math.round(y1 / 2)} ${Math.round(y2 / 2)} ${what}`;
    if (item.index !== selected && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const each = Math.ceil(different.length / most);
  return different.filter(({ index }, n) => n % each === 0 || index === selected);
}

export function drawPacket(
  item: TimelineItem,
  layout: TimelineLayout,
  view: TimelineView,
  labels: Map<string, number>,
): string {
  const { x1, y1, x2, y2 } = placeItem(item, layout, view);
  const { protocol, flow } = item.packet!;
  const n = (value: number): string => String(Math.round(value * 10) / 10);
  const isLoop = item.hosts[0] === item.hosts[1];
  const low = isLoop ? Math.max(y2, y1 + 10) : y2;
  const path = isLoop
    ? `M${n(x1)} ${n(y1)}C${n(x1 + 40)} ${n(y1)} ${n(x1 + 40)} ${n(low)} ${n(x1)} ${n(low)}`
    : `M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}`;
  // Which way the tip points.
  const [dx, dy] = isLoop ? [-1, 0] : [x2 - x1, y2 - y1];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const tipX = isLoop ? x1 : x2;
  const corner = (back: number, side: number): string =>
    `${n(tipX - ux * back - uy * side)} ${n(low - uy * back + ux * side)}`;
  const tip =
    item.kind === "lost"
      ? `<path class="cross" d="M${n(tipX - 5)} ${n(low - 5)}l10 10m0 -10l-10 10"/>`
      : item.kind === "arrived"
        ? `<path class="tip" d="M${n(tipX)} ${n(low)}L${corner(8, 4)}L${corner(8, -4)}Z"/>`
        : `<circle class="tip" cx="${n(tipX)}" cy="${n(low)}" r="2"/>`;
  // Colours by connection; those of datagrams by where they come from and go to.
  const colour = (flow > 0 ? flow : item.hosts[0]! * 3 + item.hosts[1]! + 1) % 8;
  const classes = `packet ${protocol} ${item.kind} c${colour}${item.index === view.selected ? " selected" : ""}`;
  const parts = [`<path class="line" d="${path}"/>`, tip];
  const write = (x: number, y: number, text: string, way: string, kind: string): void => {
    const last = labels.get(way);
    if (text === "" || (last !== undefined && Math.abs(y - last) < 12)) return;
    labels.set(way, y);
    parts.push(`<text class="${kind}" x="${n(x)}" y="${n(y)}">${escapeMarkup(text)}</text>`);
  };
  const way = item.hosts.toSorted((a, b) => a - b).join();
  if (isLoop) write(x1 + 36, (y1 + low) / 2 + 4, packetText(item.packet!), way, "after");
  else write((x1 + x2) / 2, (y1 + y2) / 2 - 4, packetText(item.packet!), way, "label");
  if (item.kind === "lost") write(tipX + 9, low + 4, item.text, `lost ${way}`, "after why");
  return `<g class="${classes}">${parts.join("")}</g>`;
}

export function drawBand(item: TimelineItem, layout: TimelineLayout, view: TimelineView): string {
  const { y1, y2 } = placeItem(item, layout, view);
  const top = Math.max(y1, view.header - 20);
  const bottom = Math.max(Math.min(y2, view.height + 20), top + 1);
  const wide = bandWidth(item, view);
  const parts: string[] = [];
  for (const host of item.hosts.length === 0 ? layout.lanes : item.hosts) {
    if (layout.laneOf[host] === -1) continue;
    const x = placeItem({ ...item, hosts: [host] }, layout, view).x1 - wide / 2;
    if (x > view.width || x + wide < view.gutter) continue;
    parts.push(
      `<rect x="${x.toFixed(1)}" y="${top.toFixed(1)}" width="${wide.toFixed(1)}" height="${(bottom - top).toFixed(1)}"/>`,
    );
    // The text stays in view as long as the band does.
    if (item.kind === "fault" && parts.length === 1) {
      const y = Math.max(top, view.header) + 13;
      parts.push(`<text x="${(x + 4).toFixed(1)}" y="${y.toFixed(1)}">${escapeMarkup(markText(item))}</text>`);
    }
  }
  return `<g class="band ${item.kind}${item.index === view.selected ? " selected" : ""}">${parts.join("")}</g>`;
}

export function bandWidth({ kind }: TimelineItem, { laneWidth }: TimelineView): number {
  return kind === "fault" ? laneWidth * 0.9 : 14;
}

export function drawMark(
  item: TimelineItem,
  layout: TimelineLayout,
  view: TimelineView,
  labels: Map<string, number>,
): string {
  const shapes: Partial<Record<string, string>> = {
    boot: "M-6 5L0 -6L6 5Z",
    crash: "M-6 -6L6 6M6 -6L-6 6",
    pause: "M-5 -6H-1V6H-5ZM1 -6H5V6H1Z",
    resume: "M-4 -6L6 0L-4 6Z",
    heal: "M-6 0L-2 5L6 -5",
    error: "M0 -7L7 0L0 7L-7 0Z",
    fault: "M-2 -8L4 -1H0L3 8L-5 0H-1Z",
  };
  const parts: string[] = [];
  for (const host of item.hosts.length === 0 ? [undefined] : item.hosts) {
    if (host !== undefined && layout.laneOf[host] === -1) continue;
    const hosts = host === undefined ? [] : [host];
    const { x1: x, y1: y } = placeItem({ ...item, hosts }, layout, view);
    const shape = shapes[item.kind] ?? "M-5 -5H5V5H-5Z";
    parts.push(`<path transform="translate(${x.toFixed(1)} ${y.toFixed(1)})" d="${shape}"/>`);
    const last = labels.get(`mark ${host}`);
    if (parts.length > 1 || (last !== undefined && Math.abs(y - last) < 12)) continue;
    labels.set(`mark ${host}`, y);
    parts.push(
      `<text class="after" x="${(x + 11).toFixed(1)}" y="${(y + 4).toFixed(1)}">${escapeMarkup(markText(item))}</text>`,
    );
  }
  return `<g class="mark ${item.kind}${item.index === view.selected ? " selected" : ""}">${parts.join("")}</g>`;
}

/** The lines of the hosts, or their names. */
export function drawLanes({ hosts }: Timeline, layout: TimelineLayout, view: TimelineView, isHeader: boolean): string {
  const { width, height, gutter, header, laneWidth, left } = view;
  const room = Math.max(3, Math.floor(laneWidth / 8));
  const parts = layout.lanes.map((host, lane) => {
    const x = gutter + (lane + 0.5) * laneWidth - left;
    if (x < gutter - laneWidth || x > width + laneWidth) return "";
    if (!isHeader) return `<path d="M${x.toFixed(1)} ${header}V${height}"/>`;
    const name = hosts[host]!;
    const shown = name.length > room ? `${name.slice(0, room - 1)}…` : name;
    return `<text x="${x.toFixed(1)}" y="${header - 13}"><title>${escapeMarkup(name)}</title>${escapeMarkup(shown)}</text>`;
  });
  return `<g class="${isHeader ? "names" : "lanes"}">${parts.join("")}</g>`;
}

/** The lines of the axis, or what it says. */
export function drawGrid(layout: TimelineLayout, view: TimelineView, isText: boolean): string {
  const { width, gutter } = view;
  const parts = axisTicks(layout, view).map(({ y, text, isGap }) => {
    if (isText)
      return `<text class="${isGap ? "gap" : "tick"}" x="${gutter - 8}" y="${(y + 4).toFixed(1)}">${text}</text>`;
    return isGap ? "" : `<path d="M${gutter} ${y.toFixed(1)}H${width}"/>`;
  });
  return `<g class="${isText ? "axis" : "grid"}">${parts.join("")}</g>`;
}

/** What the axis says in view: times, and in rows that are left free how long nothing happened. */
export function axisTicks(
  { scale, rows, height: end }: TimelineLayout,
  view: TimelineView,
): { readonly y: number; readonly text: string; readonly isGap: boolean }[] {
  const { height, header, top, zoom } = view;
  const ticks: { y: number; text: string; isGap: boolean }[] = [];
  const bottom = top + (height - header) / zoom;
  if (scale === "time") {
    // 1, 2 or 5 of a power of ten, 60 pixels apart or more.
    const least = 60 / zoom;
    const power = 10 ** Math.floor(Math.log10(least));
    const step = Math.max(
      1,
      [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least)!,
    );
    for (let n = Math.max(0, Math.ceil(top / step)); n * step <= Math.min(bottom, end); n++) {
      ticks.push({ y: header + (n * step - top) * zoom, text: timeText(Math.round(n * step)), isGap: false });
    }
    return ticks;
  }
  const each = Math.max(1, Math.ceil(16 / zoom));
  const first = Math.max(0, Math.floor(top / each) * each);
  for (let row = first; row < Math.min(rows.length, bottom); row += each) {
    const time = rows[row]!;
    const y = header + (row + 0.5 - top) * zoom;
    // The same time is not said again.
    if (time >= 0) ticks.push({ y, text: row > first && time === rows[row - 1] ? "" : timeText(time), isGap: false });
    else ticks.push({ y, text: `⋮ ${timeText(rows[row + 1]! - rows[row - 1]!)}`, isGap: true });
  }
  return ticks;
}
