/** A log as a page to look around in. */
import { createHash } from "node:crypto";
import type { SimulationEvent } from "../simulation-event.ts";
import * as drawing from "./draw-timeline.ts";
import * as layout from "./timeline-layout.ts";
import { timelinePage } from "./timeline-page.ts";
import { DIAGRAM_STYLE, PAGE_STYLE } from "./timeline-style.ts";
import * as text from "./timeline-text.ts";
import { packTimeline, unpackTimeline } from "./timeline.ts";

/** The options of `formatTimeline`. */
export interface TimelineOptions {
  /** What the page is called. Default: "Timeline" */
  readonly title?: string;
  /** How many bytes of each payload are in the page. Default: 256 */
  readonly payload?: number;
}

/**
 * A log as an HTML page: the hosts stand side by side, time runs down, arrows are packets, and bands are faults. One can zoom, filter and search
 * there, and see all of a packet. The page needs nothing but itself, and loads nothing.
 *
 * Bands of faults lie over the hosts that they name, or over all where they name none. Of payloads there are only those that the log has (a
 * network with `record: "bytes"` keeps them).
 *
 * @example
 * const page = formatTimeline([{ time: 0, kind: "boot", host: "db1", text: "", packet: undefined }], { title: "A start" });
 * assert.match(page, /^<!DOCTYPE html>.*<title>A start</s);
 */
export function formatTimeline(events: readonly SimulationEvent[], options: TimelineOptions = {}): string {
  const { title = "Timeline", payload = 256 } = options;
  const packed = packTimeline(events, payload);
  const style = wrap(`${DIAGRAM_STYLE}\n${PAGE_STYLE}`);
  const script = wrap(`"use strict";\n${PROGRAM}\n${timelinePage.name}(document, window);`);
  const { escapeMarkup } = text;
  const hosts = packed.hosts.map((name, host) => `<option value="${host}">${escapeMarkup(name)}</option>`);
  // Nothing but this style and this program is let in, whatever a name or a payload may try.
  const policy = `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'`;
  return `<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
</head>
<body class="timeline">
<header>
<h1>${escapeMarkup(title)}</h1>
<label>Search <input id="search" type="search"/></label>
<label>Scale <select id="scale"><option value="order">one below the other</option><option value="time">true to time</option></select></label>
<span><button id="zoom-out" type="button" aria-label="Zoom out">−</button> <button id="zoom-in" type="button" aria-label="Zoom in">+</button> <button id="whole" type="button">Whole</button></span>
<output id="status"></output>
<details id="filters">
<summary>Filter and keys</summary>
<p><label>Hosts <select id="hosts" multiple="multiple">${hosts.join("")}</select></label>
<label>Flows <input id="flows" placeholder="1, 4-6" size="10"/></label> <button id="reset" type="button">Show everything</button></p>
${fieldset("protocols", "Protocols", { tcp: "TCP", udp: "UDP", unix: "UNIX" })}
${fieldset("kinds", "Kinds", KINDS)}
<p>In the diagram: <kbd>+</kbd> <kbd>-</kbd> or the wheel with <kbd>Ctrl</kbd> zoom; arrows, <kbd>PageUp</kbd>, <kbd>PageDown</kbd>,
<kbd>Home</kbd>, <kbd>End</kbd>, the wheel or dragging move; <kbd>0</kbd> shows the whole; <kbd>n</kbd> and <kbd>p</kbd> select the next and the
previous thing; <kbd>t</kbd> changes the scale; <kbd>/</kbd> searches; <kbd>Esc</kbd> selects nothing.</p>
</details>
</header>
<main>
<svg id="diagram" xmlns="http://www.w3.org/2000/svg" tabindex="0" role="application" aria-label="Sequence diagram" aria-describedby="status"><g id="drawing"></g></svg>
<aside id="details" aria-live="polite" aria-label="Details"><p>Nothing is selected. Click something in the diagram, or press n there.</p></aside>
</main>
<noscript><p>This diagram needs its script, which is in this file.</p></noscript>
<script id="data" type="application/json">${escapeScript(JSON.stringify(packed))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** What the groups of `kindGroup` are called. */
const KINDS = {
  arrived: "arrived",
  lost: "lost",
  underway: "underway",
  host: "boots, crashes, pauses",
  fault: "faults",
  note: "notes",
  error: "errors",
};

/** All functions that pages run: what the modules for pages export, as they are. */
const PROGRAM = [unpackTimeline, ...[text, layout, drawing].flatMap((module) => Object.values(module)), timelinePage]
  .map((part) => part.toString())
  .join("\n");

/** JSON without anything that markup could take for its own. */
function escapeScript(json: string): string {
  return json.replace(
    /[<>&\u007f-\u009f\u2028\u2029\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What browsers that read HTML and those that read XML take for the same. */
function wrap(content: string): string {
  return `/*<![CDATA[*/\n${content}\n/*]]>*/`;
}

function hashOf(content: string): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}

function fieldset(id: string, legend: string, boxes: Readonly<Record<string, string>>): string {
  const labels = Object.entries(boxes).map(
    ([value, label]) => `<label><input type="checkbox" value="${value}" checked="checked"/> ${label}</label>`,
  );
  return `<fieldset id="${id}"><legend>${legend}</legend>${labels.join(" ")}</fieldset>`;
}
