/** What `--help` says. */
import type { Description } from "./command.ts";
import { COMMANDS } from "./command.ts";
import { LISTEN_OPTIONS, QUESTIONS, RUN_OPTIONS } from "./global-options.ts";
import { valueName } from "./option.ts";
import type { Option, OptionTable } from "./option.ts";
import { isOnByDefault } from "./parse-arguments.ts";
import type { Style } from "./terminal.ts";

/** A service as a list shows it. */
export interface Listed {
  readonly name: string;
  readonly summary: string;
}

/** How the width of a page is bounded: lines longer than this are hard to read. */
const MAX_WIDTH = 100;
const MIN_WIDTH = 40;

/** The help of `hawser` itself. */
export function commandHelp(services: readonly Listed[], style: Style, columns: number | undefined): string {
  const width = pageWidth(columns);
  return [
    `${style.bold("Usage:")} hawser SERVICE [OPTION ...]\n`,
    "       hawser run FILE [OPTION ...] [-- ARGUMENT ...]\n",
    section("Services", rowsOf(services), style, width),
    section("Commands", rowsOf(COMMANDS), style, width),
    section("Questions", optionRows(QUESTIONS), style, width),
    section("Options of every service", optionRows(RUN_OPTIONS), style, width),
    section("Options of services that listen", optionRows(LISTEN_OPTIONS), style, width),
    "\nhawser SERVICE --help says what the service's own options are, with an example.\n",
  ].join("");
}

/** The help of a service or a command. */
export function descriptionHelp(about: Description, runs: boolean, style: Style, columns: number | undefined): string {
  const width = pageWidth(columns);
  const { name, summary, operand, rest, examples, options } = about;
  const usage = ["hawser", name, operand?.name, "[OPTION ...]", rest === undefined ? undefined : `[-- ${rest}]`];
  const values = operand?.choices === undefined ? "" : `: ${operand.choices.join(", ")}`;
  return [
    `${style.bold("Usage:")} ${usage.filter((word) => word !== undefined).join(" ")}\n\n${summary}.\n`,
    operand === undefined ? "" : section("Operand", [[operand.name, `${operand.help}${values}`]], style, width),
    section("Options", optionRows(options), style, width),
    runs ? section("Options of every service", optionRows(RUN_OPTIONS), style, width) : "",
    section("Questions", optionRows({ help: QUESTIONS.help }), style, width),
    `\n${style.bold(examples.length === 1 ? "Example:" : "Examples:")}\n`,
    ...examples.map(({ command, does }) => `  ${command}\n${wrap(does, "      ", width)}\n`),
  ].join("");
}

/** A table of two columns. */
export function section(title: string, rows: readonly Row[], style: Style, width: number): string {
  if (rows.length === 0) return "";
  const left = Math.min(28, Math.max(...rows.map(([name]) => name.length))) + 4;
  const lines = rows.map(([name, text]) => {
    const indent = " ".repeat(left);
    const first = `  ${name}`;
    const wrapped = wrap(text, indent, width);
    return first.length + 2 > left ? `${first}\n${wrapped}\n` : `${first.padEnd(left)}${wrapped.slice(left)}\n`;
  });
  return `\n${style.bold(`${title}:`)}\n${lines.join("")}`;
}

type Row = readonly [name: string, text: string];

/** The width of lines on an output of so many columns. */
export function pageWidth(columns: number = MAX_WIDTH): number {
  return Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, columns));
}

function rowsOf(listed: readonly Listed[]): Row[] {
  return listed.map(({ name, summary }) => [name, summary]);
}

function optionRows(table: OptionTable): Row[] {
  return Object.entries(table).map(([name, option]) => [optionName(name, option), optionText(option)]);
}

function optionName(name: string, option: Option): string {
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const no = isOnByDefault(option) ? "no-" : "";
  const value = option.type === "choice" && option.value === undefined ? option.choices.join("|") : valueName(option);
  return `${short}--${no}${name}${value === "" ? "" : ` ${value}`}`;
}

function optionText(option: Option): string {
  const notes: string[] = [];
  if (option.required === true) notes.push("has to be given");
  if (option.repeatable === true && !option.help.includes("again")) notes.push("may be given again");
  if (option.default !== undefined && option.type !== "flag") {
    const value = option.type === "mode" ? option.default.toString(8) : String(option.default);
    notes.push(`default: ${value}`);
  }
  return notes.length === 0 ? option.help : `${option.help} (${notes.join("; ")})`;
}

/** Breaks `text` into lines that begin with `indent`. */
function wrap(text: string, indent: string, width: number): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line !== indent && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
