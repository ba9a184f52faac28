/** Where the command writes to, and how it may look there. */

/** What the command needs of `process.stdout` and `process.stderr`. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** How texts are set off from others. */
export interface Style {
  bold(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours on a terminal that knows them, unless NO_COLOR is set to something; no change elsewhere. */
export function styleFor(output: Output, env: Environment): Style {
  const coloured = output.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  const paint = (start: number, end: number) => (text: string) =>
    coloured ? `\x1b[${start}m${text}\x1b[${end}m` : text;
  return { bold: paint(1, 22), red: paint(31, 39), yellow: paint(33, 39) };
}

/** As one line of what can be seen: an error of somebody else may have several, or control a terminal. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(/[\x00-\x1f\x7f]/g, "?");
}
