/** A log as a picture for documents. */
import type { SimulationEvent } from "../simulation-event.ts";
import { drawTimeline } from "./draw-timeline.ts";
import type { TimelineView } from "./draw-timeline.ts";
import { layoutTimeline } from "./timeline-layout.ts";
import { escapeMarkup } from "./timeline-text.ts";
import { DIAGRAM_STYLE } from "./timeline-style.ts";
import { packTimeline, unpackTimeline } from "./timeline.ts";

/** The options of `formatTimelineSVG`. */
export interface TimelineSVGOptions {
  /** What the picture is called. Default: "Timeline" */
  readonly title?: string;
}

const ROW = 24;
const LANE = 220;

/**
 * A log as an SVG picture: the hosts stand side by side, time runs down, and arrows are packets. Everything that happened has a row, in its
 * order; `formatTimeline` has a diagram that can be true to scale.
 *
 * @example
 * const picture = formatTimelineSVG([{ time: 0, kind: "boot", host: "db1", text: "", packet: undefined }]);
 * assert.match(picture, /^<svg .*>db1</s);
 */
export function formatTimelineSVG(events: readonly SimulationEvent[], options: TimelineSVGOptions = {}): string {
  const timeline = unpackTimeline(packTimeline(events, 64));
  const everything = { hosts: [], flows: [], protocols: [], kinds: [], text: "" };
  const layout = layoutTimeline(timeline, "order", everything);
  const [gutter, header] = [130, 40];
  const view: TimelineView = {
    gutter,
    header,
    width: gutter + Math.max(1, layout.lanes.length) * LANE,
    height: header + layout.height * ROW + 16,
    laneWidth: LANE,
    left: 0,
    top: 0,
    zoom: ROW,
    selected: -1,
    most: Infinity,
  };
  const size = `width="${view.width}" height="${view.height}" viewBox="0 0 ${view.width} ${view.height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} class="timeline" role="img" aria-labelledby="title">
<title id="title">${escapeMarkup(options.title ?? "Timeline")}</title>
<style>${DIAGRAM_STYLE}</style>
${drawTimeline(timeline, layout, view).markup}
</svg>
`;
}
