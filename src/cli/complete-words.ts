/** What can stand where the cursor is: what shells ask when the tab key is pressed. */
import type { Description } from "./command.ts";
import type { Option, OptionTable } from "./option.ts";
import { isOnByDefault } from "./parse-arguments.ts";

/** A word that fits, with what it means. */
export interface Candidate {
  readonly word: string;
  readonly help: string;
}

/** The words that fit, or `"files"` where it is a file that is expected. */
export type Completion = readonly Candidate[] | "files";

export interface CompletionSource {
  /** The services and commands, by name and summary. */
  names(): readonly { readonly name: string; readonly summary: string }[];
  /** What is known of one of them, with all options that may follow it; `undefined` where there is none. */
  describe(name: string): Promise<Description | undefined>;
  /** What may stand before the name. */
  readonly leading: OptionTable;
}

/**
 * @param words what stands behind `hawser` up to the cursor; the last is what is being written, maybe empty
 */
export async function completeWords(words: readonly string[], source: CompletionSource): Promise<Completion> {
  const { before, partial, prefix } = split(words);
  const leading = walk(before, source.leading);
  if (leading.name === undefined) {
    const pending = leading.pending;
    if (pending !== undefined) return valuesOf(pending, partial, prefix);
    if (partial.startsWith("-")) return optionsOf(source.leading, leading.given, partial);
    return fitting(
      source.names().map(({ name, summary }) => ({ word: name, help: summary })),
      partial,
    );
  }
  const about = await source.describe(leading.name);
  if (about === undefined) return [];
  const { given, pending, operands, ended } = walk(leading.rest, about.options, false);
  if (pending !== undefined) return valuesOf(pending, partial, prefix);
  if (ended) return "files";
  if (partial.startsWith("-")) return optionsOf(about.options, given, partial);
  const { operand } = about;
  if (operand !== undefined && operands === 0) {
    if (operand.choices === undefined) return "files";
    return fitting(
      operand.choices.map((word) => ({ word, help: operand.help })),
      partial,
    );
  }
  return optionsOf(about.options, given, partial);
}

interface Split {
  readonly before: readonly string[];
  readonly partial: string;
  /** What the words that fit have to begin with besides, where the shell takes `--name=value` for one word. */
  readonly prefix: string;
}

/** bash takes `--name=value` for three words, the others for one. */
function split(words: readonly string[]): Split {
  const joined = words.filter((word, place) => word !== "=" || !(words[place - 1] ?? "").startsWith("--"));
  const last = words.at(-1) ?? "";
  if (last === "=") return { before: joined, partial: "", prefix: "" };
  const equals = last.startsWith("--") ? last.indexOf("=") : -1;
  const before = joined.slice(0, -1);
  if (equals < 0) return { before, partial: last, prefix: "" };
  const name = last.slice(0, equals);
  return { before: [...before, name], partial: last.slice(equals + 1), prefix: `${name}=` };
}

interface Walked {
  readonly given: ReadonlySet<string>;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  readonly operands: number;
  /** Whether a `--` has ended the options. */
  readonly ended: boolean;
  /** The first operand, and what stands behind it. */
  readonly name: string | undefined;
  readonly rest: readonly string[];
}

function walk(words: readonly string[], table: OptionTable, stopAtOperand: boolean = true): Walked {
  const given = new Set<string>();
  let operands = 0;
  for (let place = 0; place < words.length; place++) {
    const word = words[place]!;
    if (word === "--") return { given, pending: undefined, operands, ended: true, name: undefined, rest: [] };
    if (!word.startsWith("-")) {
      if (stopAtOperand)
        return { given, pending: undefined, operands, ended: false, name: word, rest: words.slice(place + 1) };
      operands++;
      continue;
    }
    const [name, option] = optionOf(word, table);
    if (option === undefined) continue;
    given.add(name);
    if (option.type === "flag" || word.includes("=")) continue;
    place++;
    if (place >= words.length) return { given, pending: option, operands, ended: false, name: undefined, rest: [] };
  }
  return { given, pending: undefined, operands, ended: false, name: undefined, rest: [] };
}

function optionOf(word: string, table: OptionTable): [name: string, option: Option | undefined] {
  const written = word.split("=")[0]!;
  const name = written.startsWith("--")
    ? written.slice(2)
    : (Object.keys(table).find((other) => table[other]!.short === written.slice(1)) ?? "");
  return [name, Object.hasOwn(table, name) ? table[name] : undefined];
}

function optionsOf(table: OptionTable, given: ReadonlySet<string>, partial: string): Candidate[] {
  const candidates = Object.entries(table)
    .filter(([name, option]) => option.repeatable === true || !given.has(name))
    .map(([name, option]) => ({ word: `--${isOnByDefault(option) ? "no-" : ""}${name}`, help: option.help }));
  return fitting(candidates, partial);
}

function valuesOf(option: Option, partial: string, prefix: string): Completion {
  if (option.type === "path") return "files";
  if (option.type !== "choice") return [];
  return fitting(
    option.choices.map((choice) => ({ word: choice, help: "" })),
    partial,
  ).map(({ word, help }) => ({ word: `${prefix}${word}`, help }));
}

function fitting(candidates: readonly Candidate[], partial: string): Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(partial));
}
