/**
 * Answers as a bar chart: an SVG file that needs nothing else.
 *
 * Each question is a group with a scale of its own, from zero to its best figure. Longer is better: for times and sizes the bars
 * show how often the work fits into a second or a byte, while the labels keep the figures as they were measured.
 */
import type { Answer, Comparison } from "./answer.ts";
import { formatMedian, formatRatio } from "./format.ts";
import type { Figure } from "./question.ts";
import { isRate, numberOf, spreadOf } from "./statistics.ts";

const WIDTH = 800;
const NAMES = 150;
const LABELS = 200;
const BAR = 20;
const GAP = 6;
const TITLE = 28;
const OURS = "#0b7285";
const THEIRS = "#adb5bd";

interface Bar {
  readonly name: string;
  readonly label: string;
  /** How good it is; undefined if there is no figure. */
  readonly speed: number | undefined;
  readonly colour: string;
}

/** The text of an SVG file. */
export function barChart(title: string, answers: readonly Answer[]): string {
  const parts: string[] = [];
  let y = 44;
  for (const answer of answers) {
    const bars = barsOf(answer);
    parts.push(text(16, y, answer.question, 'font-weight="600"'));
    parts.push(...bars.flatMap((bar, index) => draw(bar, y + 12 + index * (BAR + GAP), bestOf(bars))));
    y += 12 + bars.length * (BAR + GAP) + TITLE;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text(16, 24, title, 'font-size="15" font-weight="700"'),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function barsOf({ ours, peers }: Answer): Bar[] {
  return [
    { name: ours.name, label: formatMedian(ours.figures), speed: speedOf(ours.figures), colour: OURS },
    ...peers.map((peer) => ({ name: peer.name, label: labelOf(peer), speed: speedOf(peer.figures), colour: THEIRS })),
  ];
}

function labelOf({ figures, ratio, verdict }: Comparison): string {
  return ratio === undefined ? verdict : `${formatMedian(figures)} (ours ${formatRatio(ratio.median)})`;
}

function speedOf(figures: readonly Figure[]): number | undefined {
  const first = figures[0];
  if (first === undefined) return undefined;
  const { median } = spreadOf(figures.map(numberOf));
  return isRate(first) ? median : 1 / Math.max(median, Number.MIN_VALUE);
}

function bestOf(bars: readonly Bar[]): number {
  return Math.max(...bars.map(({ speed }) => speed ?? 0));
}

function draw({ name, label, speed, colour }: Bar, y: number, best: number): string[] {
  const width = speed === undefined ? 0 : Math.max(1, Math.round(((WIDTH - NAMES - LABELS) * speed) / best));
  const baseline = y + BAR - 5;
  return [
    text(NAMES - 8, baseline, name, 'text-anchor="end"'),
    `<rect x="${NAMES}" y="${y}" width="${width}" height="${BAR}" rx="2" fill="${colour}"/>`,
    text(NAMES + width + 8, baseline, label, 'fill="#495057"'),
  ];
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
