/**
 * The syntax of endpoint descriptions: arguments with `:` between them, `name=value` for those given by name, and `\` before a character that
 * stands for itself. In a value, `=` stands for itself anyway.
 */
import { EndpointDescriptionError } from "./errors.ts";

/** A piece of a description: text without its backslashes, or one of the characters that divide it. */
export type Token = readonly ["text", string] | readonly ["operator", ":" | "="];

/** The pieces of a description: an argument more than there are operators. */
export function tokenize(description: string): Token[] {
  const tokens: Token[] = [];
  let text = "";
  let isValue = false;
  for (let index = 0; index < description.length; index++) {
    const character = description[index]!;
    if (character === ":" || (character === "=" && !isValue)) {
      tokens.push(["text", text], ["operator", character]);
      text = "";
      isValue = character === "=";
    } else if (character !== "\\") {
      text += character;
    } else if (++index < description.length) {
      text += description[index];
    } else {
      throw new EndpointDescriptionError(description, 'it ends with "\\", expected a character after that');
    }
  }
  tokens.push(["text", text]);
  return tokens;
}

/** A description taken apart. */
export interface ParsedDescription {
  /** The arguments given by their place; the first one is the prefix. */
  readonly args: string[];
  /** The arguments given by name; of two with one name, the last. */
  readonly keywords: Map<string, string>;
}

/**
 * Takes a description apart; what the arguments mean is not its business.
 *
 * @example
 * const { args, keywords } = parseDescription("unix:/run/a\\:b:mode=660");
 * assert.deepEqual(args, ["unix", "/run/a:b"]);
 * assert.equal(keywords.get("mode"), "660");
 */
export function parseDescription(description: string): ParsedDescription {
  const args: string[] = [];
  const keywords = new Map<string, string>();
  let name: string | undefined;
  let last = "";
  const add = (): void => {
    if (name === undefined) args.push(last);
    else keywords.set(name, last);
    name = undefined;
  };
  for (const [kind, value] of tokenize(description)) {
    if (kind === "text") last = value;
    else if (value === "=") name = last;
    else add();
  }
  add();
  return { args, keywords };
}

/**
 * `argument` as it is written in a description, as an argument or as the value of one.
 *
 * @example
 * const path = "C:\\sockets\\a=b";
 * assert.equal(parseDescription(`unix:${quoteStringArgument(path)}`).args[1], path);
 */
export function quoteStringArgument(argument: string): string {
  return argument.replace(/[\\:=]/g, "\\$&");
}
