/** Where the items of a timeline stand. Pages run these functions as well, see `timeline.ts`. */
import { searchText } from "./timeline-text.ts";
import type { Timeline, TimelineItem, TimelineItemKind } from "./timeline.ts";

/** What is shown. Empty lists and texts let everything through. */
export interface TimelineFilter {
  /** Of packets, one end has to be on one of these. */
  readonly hosts: readonly number[];
  /** First and last number of each range. */
  readonly flows: readonly (readonly [number, number])[];
  readonly protocols: readonly string[];
  readonly kinds: readonly string[];
  readonly text: string;
}

/**
 * `"order"`: things stand below each other in the order in which they happened; those of the same time side by side where there is room. Where
 * nothing happened for long, a row is left free.
 * `"time"`: true to scale.
 */
export type TimelineScale = "order" | "time";

/** Heights are in rows, or in nanoseconds, as the scale has it. */
export interface TimelineLayout {
  readonly scale: TimelineScale;
  readonly height: number;
  /** Hosts from left to right. */
  readonly lanes: readonly number[];
  /** By host; -1 for those that are not shown. */
  readonly laneOf: readonly number[];
  /** In the order of their beginnings. */
  readonly shown: readonly TimelineItem[];
  /** By item. */
  readonly tops: readonly number[];
  readonly bottoms: readonly number[];
  /** The time of each row; -1 for rows that are left free. Of the scale `"order"` only. */
  readonly rows: readonly number[];
}

/** What a filter calls the kinds of items. */
export function kindGroup(kind: TimelineItemKind): string {
  if (kind === "arrived" || kind === "lost" || kind === "underway" || kind === "note" || kind === "error") return kind;
  return kind === "fault" || kind === "heal" ? "fault" : "host";
}

/** The ranges that a text such as `"1, 4-6"` names; what is no number is left out. */
export function parseFlows(text: string): [number, number][] {
  return [...text.matchAll(/(\d+)(?:\s*-\s*(\d+))?/g)].map(([, first, last = first]) => [Number(first), Number(last)]);
}

export function isShown(timeline: Timeline, item: TimelineItem, filter: TimelineFilter): boolean {
  const { hosts, flows, protocols, kinds, text } = filter;
  const { packet } = item;
  if (kinds.length > 0 && !kinds.includes(kindGroup(item.kind))) return false;
  // What is about nobody in particular is about everybody.
  if (hosts.length > 0 && item.hosts.length > 0 && !item.hosts.some((host) => hosts.includes(host))) return false;
  if (packet !== undefined) {
    if (protocols.length > 0 && !protocols.includes(packet.protocol)) return false;
    if (flows.length > 0 && !flows.some(([first, last]) => first <= packet.flow && packet.flow <= last)) return false;
  }
  return text === "" || searchText(timeline, item.index).includes(text.toLowerCase());
}

export function layoutTimeline(timeline: Timeline, scale: TimelineScale, filter: TimelineFilter): TimelineLayout {
  const shown = timeline.items.filter((item) => isShown(timeline, item, filter));
  const isVisible = new Uint8Array(timeline.items.length);
  for (const { index } of shown) isVisible[index] = 1;
  // With a choice of hosts, the others are there as far as they take part.
  const lanes = timeline.hosts.flatMap((_, host) => {
    const isWanted = filter.hosts.length === 0 || filter.hosts.includes(host);
    return isWanted || shown.some((item) => item.hosts.includes(host) && item.packet !== undefined) ? [host] : [];
  });
  const laneOf = timeline.hosts.map((_, host) => lanes.indexOf(host));
  if (scale === "time") {
    const tops = timeline.items.map(({ begin }) => begin);
    const bottoms = timeline.items.map(({ end }) => end);
    return { scale, height: Math.max(timeline.until, 1), lanes, laneOf, shown, tops, bottoms, rows: [] };
  }
  const { tops, bottoms, rows } = placeInRows(
    timeline,
    timeline.order.filter((instant) => isVisible[instant >> 1] === 1),
  );
  return { scale, height: Math.max(rows.length, 1), lanes, laneOf, shown, tops, bottoms, rows };
}

/** Gives each of `instants` its row. */
export function placeInRows(
  { items }: Timeline,
  instants: readonly number[],
): { tops: number[]; bottoms: number[]; rows: number[] } {
  const timeOf = (instant: number): number => items[instant >> 1]![(instant & 1) === 0 ? "begin" : "end"];
  const steps: number[] = [];
  for (let n = 1; n < instants.length; n++) {
    const step = timeOf(instants[n]!) - timeOf(instants[n - 1]!);
    if (step > 0) steps.push(step);
  }
  steps.sort((a, b) => a - b);
  const long = 20 * (steps[steps.length >> 1] ?? 0);
  const tops: number[] = Array.from(items, () => 0);
  const bottoms: number[] = Array.from(items, () => -1);
  const rows: number[] = [];
  let taken = new Set<string>();
  for (const instant of instants) {
    const item = items[instant >> 1]!;
    const time = timeOf(instant);
    const last = rows[rows.length - 1];
    const isEnd = (instant & 1) === 1;
    const places = placesTaken(item, isEnd);
    if (last !== time || places.some((place) => taken.has(place))) {
      if (last !== undefined && time - last > long) rows.push(-1);
      rows.push(time);
      taken = new Set();
    }
    for (const place of places) taken.add(place);
    if (isEnd) bottoms[item.index] = rows.length - 1;
    else tops[item.index] = rows.length - 1;
  }
  for (const { index, begin, end } of items) {
    // What does not end in the log: a span lasts as long as everything, the others are moments.
    if (bottoms[index] === -1) bottoms[index] = end > begin ? rows.length - 1 : tops[index]!;
  }
  return { tops, bottoms, rows };
}

/** In a row, a host can send one thing and get one, or have a mark; spans leave room for all of these. */
export function placesTaken({ kind, hosts, packet }: TimelineItem, isEnd: boolean): string[] {
  if (packet !== undefined) return [isEnd ? `to ${hosts[1]}` : `from ${hosts[0]}`];
  if (kind === "down" || kind === "paused" || kind === "fault") return [];
  return hosts.flatMap((host) => [`from ${host}`, `to ${host}`]);
}
