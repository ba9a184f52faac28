/**
 * Reads a command line by a table of options.
 *
 * `--name value`, `--name=value`, `--flag`, `--no-flag`, `-l value`; options may stand anywhere before a `--`. Names are not abbreviated: what works today would be
 * ambiguous when an option is added.
 */
import { CommandError } from "./errors.ts";
import { didYouMean } from "./nearest-name.ts";
import { valueName } from "./option.ts";
import type { Option, OptionTable, OptionValue, OptionValues } from "./option.ts";
import { readValue } from "./read-value.ts";

export interface ParsedArguments {
  /** What was given, without defaults. */
  readonly given: OptionValues;
  /** What is no option. */
  readonly operands: readonly string[];
  /** What was not looked at: the operands behind a `--`, or from the first operand on where that ends the options. */
  readonly rest: readonly string[];
}

export interface ParseOptions {
  /** How a complaint begins, such as `echo: `. Default: none */
  readonly prefix?: string;
  /** Whether the first operand ends the options. Default: `false` */
  readonly stopAtOperand?: boolean;
}

/** Reads `argv`. Throws `CommandError`, which names the option. */
export function parseArguments(
  argv: readonly string[],
  table: OptionTable,
  options: ParseOptions = {},
): ParsedArguments {
  const { prefix = "", stopAtOperand = false } = options;
  const given: Record<string, OptionValue | OptionValue[]> = {};
  const operands: string[] = [];
  let place = 0;
  for (; place < argv.length; place++) {
    const argument = argv[place]!;
    if (argument === "--") return { given, operands, rest: argv.slice(place + 1) };
    if (!argument.startsWith("-") || argument === "-") {
      if (stopAtOperand) break;
      operands.push(argument);
      continue;
    }
    const { written, name, option, text } = recognize(argument, table, prefix);
    let value: OptionValue;
    if (option.type === "flag") {
      if (text !== undefined)
        throw new CommandError(`${prefix}${written}: it has the value ${JSON.stringify(text)}, expected none`);
      value = !written.startsWith("--no-") || written === `--${name}`;
    } else {
      value = valueFor(written, option, text ?? argv[++place], text !== undefined, prefix);
    }
    if (option.repeatable === true) ((given[name] ??= []) as OptionValue[]).push(value);
    else if (Object.hasOwn(given, name))
      throw new CommandError(`${prefix}${written}: it is given twice, expected it once`);
    else given[name] = value;
  }
  return { given, operands, rest: argv.slice(place) };
}

/** Puts the defaults of `table` where nothing was given. Throws `CommandError` where an option is missing. */
export function withDefaults(given: OptionValues, table: OptionTable, prefix: string = ""): OptionValues {
  const values: Record<string, OptionValues[string]> = {};
  for (const [name, option] of Object.entries(table)) {
    const value = given[name] ?? defaultOf(option);
    const missing = value === undefined || (Array.isArray(value) && value.length === 0);
    if (option.required === true && missing)
      throw new CommandError(`${prefix}--${name}: it is missing, expected --${name} ${valueName(option)}`);
    values[name] = value;
  }
  return values;
}

function defaultOf(option: Option): OptionValues[string] {
  if (option.repeatable === true) return option.default === undefined ? [] : [option.default];
  return option.default ?? (option.type === "flag" ? false : undefined);
}

interface Recognized {
  /** As it was written. */
  readonly written: string;
  readonly name: string;
  readonly option: Option;
  /** What stands behind a `=`. */
  readonly text: string | undefined;
}

function recognize(argument: string, table: OptionTable, prefix: string): Recognized {
  const equals = argument.indexOf("=");
  const written = equals < 0 ? argument : argument.slice(0, equals);
  const text = equals < 0 ? undefined : argument.slice(equals + 1);
  const name = nameOf(written, table);
  if (name !== undefined) return { written, name, option: table[name]!, text };
  const known = Object.keys(table).map((other) => `--${other}`);
  const hint = didYouMean(written, known);
  throw new CommandError(
    `${prefix}${written}: there is no such option${hint === "" ? ", expected one of those that --help lists" : hint}`,
  );
}

function nameOf(written: string, table: OptionTable): string | undefined {
  if (written.startsWith("--")) {
    const name = written.slice(2);
    if (Object.hasOwn(table, name)) return name;
    const positive = name.startsWith("no-") ? name.slice(3) : "";
    return Object.hasOwn(table, positive) && isOnByDefault(table[positive]!) ? positive : undefined;
  }
  return Object.keys(table).find((name) => table[name]!.short === written.slice(1));
}

/** Whether `--no-NAME` means something. */
export function isOnByDefault(option: Option): boolean {
  return option.type === "flag" && option.default === true;
}

function valueFor(
  written: string,
  option: Option,
  text: string | undefined,
  attached: boolean,
  prefix: string,
): OptionValue {
  // What looks like an option is one: to give such a value, attach it.
  if (text === undefined || (!attached && text.startsWith("--")))
    throw new CommandError(`${prefix}${written}: it has no value, expected ${written} ${valueName(option)}`);
  const read = readValue(option, text);
  if ("problem" in read) throw new CommandError(`${prefix}${written}: ${read.problem}`);
  return read.value;
}
