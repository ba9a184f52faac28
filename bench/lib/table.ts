/** Answers as an aligned table, a row for each peer. */
import type { Answer, Comparison } from "./answer.ts";
import { formatMedian, formatRatio, formatSeconds } from "./format.ts";

const HEAD = ["question", "ours", "", "peer", "", "ratio", "min..max", "wanted", "verdict"];
/** Columns of numbers stand to the right. */
const RIGHT: ReadonlySet<number> = new Set([2, 4, 5, 6, 7]);
const BLANK: readonly string[] = ["", "", ""];

/** The table, a string of lines. */
export function table(answers: readonly Answer[]): string {
  const rows = [HEAD, ...answers.flatMap(rowsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths, column))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function pad(cell: string, widths: readonly number[], column: number): string {
  const width = widths[column] as number;
  return RIGHT.has(column) ? cell.padStart(width) : cell.padEnd(width);
}

/** The question and our figure stand in the first of its rows only; it is a row of its own if there is more to say of it. */
function rowsOf({ question, ours, peers }: Answer): string[][] {
  const head = [question, ours.name, formatMedian(ours.figures)];
  const compared = peers.map(cellsOf);
  if (ours.verdict === "shown" && compared.length > 0)
    return compared.map((cells, row) => [...(row === 0 ? head : BLANK), ...cells]);
  const wanted = ours.atMost === undefined ? "" : `<= ${formatSeconds(ours.atMost)}`;
  return [[...head, "", "", "", "", wanted, verdictOf(ours)], ...compared.map((cells) => [...BLANK, ...cells])];
}

function cellsOf(peer: Comparison): string[] {
  const { name, figures, ratio, atLeast } = peer;
  const ratios =
    ratio === undefined
      ? ["-", "-"]
      : [formatRatio(ratio.median), `${formatRatio(ratio.min)}..${formatRatio(ratio.max)}`];
  return [
    name,
    formatMedian(figures),
    ...ratios,
    atLeast === undefined ? "" : `>= ${formatRatio(atLeast)}`,
    verdictOf(peer),
  ];
}

function verdictOf({ verdict, reason }: Pick<Comparison, "verdict" | "reason">): string {
  return reason === undefined ? verdict : `${verdict}: ${reason.split("\n").at(-1)}`;
}
