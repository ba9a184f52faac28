/** Writes what there is to look at of a log into files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatEvents } from "../format-event.ts";
import type { SimulationEvent } from "../simulation-event.ts";
import { formatPcapng } from "./format-pcapng.ts";
import { formatTimeline } from "./format-timeline.ts";
import { formatTimelineSVG } from "./format-timeline-svg.ts";

/** The paths of what was written. */
export interface TimelineFiles {
  /** A page to look around in. */
  readonly html: string;
  /** The whole diagram as a picture. */
  readonly svg: string;
  /** The packets, for Wireshark and tshark. */
  readonly pcapng: string;
  /** The events as text. */
  readonly log: string;
}

/** `title` names the page and the picture. */
export function writeTimeline(events: readonly SimulationEvent[], folder: string, title: string): TimelineFiles {
  const files = {
    html: join(folder, "timeline.html"),
    svg: join(folder, "timeline.svg"),
    pcapng: join(folder, "packets.pcapng"),
    log: join(folder, "events.log"),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(files.html, formatTimeline(events, { title }));
  writeFileSync(files.svg, formatTimelineSVG(events, { title }));
  writeFileSync(files.pcapng, formatPcapng(events));
  writeFileSync(files.log, formatEvents(events));
  return files;
}
