/**
 * An endpoint description whose prefix is known, and the reading of its arguments. Each reader checks what it reads, and each complaint names
 * the argument, what was found and what was expected.
 */
import { EndpointDescriptionError } from "./errors.ts";
import { parseDescription } from "./parse.ts";

/** The names of the arguments that an endpoint has. */
export interface EndpointParameters {
  /** Those that can be given by their place, in order, or by name. */
  readonly positional: readonly string[];
  /** Those that are given by name. */
  readonly named?: readonly string[];
}

/** What a number may be. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/**
 * What the parser of a prefix is given.
 *
 * @example
 * const description = new EndpointDescription("unix:/run/a:mode=660");
 * assert.equal(description.prefix, "unix");
 * assert.deepEqual(description.args, ["/run/a"]);
 * assert.equal(description.keywords.get("mode"), "660");
 */
export class EndpointDescription {
  /** The whole description. */
  readonly text: string;
  /** What stands first: which kind of endpoint it is. */
  readonly prefix: string;
  /** The arguments given by their place, without the prefix. */
  readonly args: readonly string[];
  /** The arguments given by name. */
  readonly keywords: ReadonlyMap<string, string>;

  constructor(text: string) {
    if (typeof text !== "string") throw new TypeError(`Cannot make an endpoint of ${String(text)}: expected a string`);
    const { args, keywords } = parseDescription(text);
    const [prefix, ...rest] = args;
    if (prefix === undefined) throw new EndpointDescriptionError(text, 'it has no prefix, expected one such as "tcp:"');
    this.text = text;
    this.prefix = prefix;
    this.args = rest;
    this.keywords = keywords;
  }

  /**
   * Sorts the arguments by name, and complains about those that are unknown, given twice, or too many.
   *
   * @example
   * const description = new EndpointDescription("serial:/dev/ttyS0:speed=9600");
   * const args = description.read({ positional: ["device"], named: ["speed"] });
   * assert.equal(args.text("device"), "/dev/ttyS0");
   * assert.equal(args.integer("speed", { min: 50, max: 4_000_000 }), 9600);
   */
  read(parameters: EndpointParameters): EndpointArguments {
    const { positional, named = [] } = parameters;
    const known = [...positional, ...named];
    const values = new Map(this.keywords);
    for (const name of values.keys()) {
      if (known.includes(name)) continue;
      throw this.wrong(`${JSON.stringify(name)} is no argument of ${this.prefix}, expected ${oneOf(known)}`);
    }
    for (const [index, value] of this.args.entries()) {
      const name = positional[index];
      if (name === undefined) {
        const count = positional.length;
        const most = count === 0 ? "none" : `at most ${count} without a name (${positional.join(", ")})`;
        throw this.wrong(`${JSON.stringify(value)} is one argument too many, expected ${most}`);
      }
      const other = values.get(name);
      if (other !== undefined) {
        const both = `as ${JSON.stringify(value)} and as ${JSON.stringify(other)}`;
        throw this.wrong(`${name} is given twice, ${both}, expected it once`);
      }
      values.set(name, value);
    }
    return new EndpointArguments(this, parameters, values);
  }

  /** The error for this description; `problem` names the part that is wrong, and says what was expected. */
  wrong(problem: string): EndpointDescriptionError {
    return new EndpointDescriptionError(this.text, problem);
  }
}

/** The arguments of a description by name. Each reader answers `fallback` where the argument is not given, or complains without one. */
export class EndpointArguments {
  readonly #description: EndpointDescription;
  readonly #parameters: EndpointParameters;
  readonly #values: ReadonlyMap<string, string>;

  /** To be had from `EndpointDescription.read`. */
  constructor(description: EndpointDescription, parameters: EndpointParameters, values: ReadonlyMap<string, string>) {
    this.#description = description;
    this.#parameters = parameters;
    this.#values = values;
  }

  /** Whether the argument is given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Any text; without a fallback, not an empty one. */
  text(name: string, fallback?: string): string {
    const value = this.#values.get(name) ?? fallback;
    if (value === undefined) throw this.#missing(name);
    if (value === "" && fallback === undefined) throw this.#description.wrong(`${name} is empty, expected some text`);
    return value;
  }

  /** One of `choices`. */
  choice<C extends string>(name: string, choices: readonly C[], fallback?: C): C {
    const value = this.#values.get(name) ?? fallback;
    if (value === undefined) throw this.#missing(name);
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw this.#unexpected(name, value, oneOf(choices));
    return found;
  }

  /** A whole number, in digits. */
  integer(name: string, range: IntegerRange, fallback?: number): number {
    const { min, max } = range;
    const number = this.#digits(name, /^\d+$/, 10, fallback);
    if (number >= min && number <= max) return number;
    throw this.#unexpected(name, this.#values.get(name), `a number from ${min} to ${max}`);
  }

  /** The mode of a file, in octal digits. */
  mode(name: string, fallback?: number): number {
    const mode = this.#digits(name, /^[0-7]+$/, 8, fallback);
    if (mode <= 0o7777) return mode;
    throw this.#unexpected(name, this.#values.get(name), "an octal number from 0 to 7777");
  }

  /** `1` for yes, `0` for no. */
  flag(name: string, fallback?: boolean): boolean {
    const choice = fallback === undefined ? undefined : fallback ? "1" : "0";
    return this.choice(name, ["0", "1"], choice) === "1";
  }

  /** The number that the digits say; NaN where there are other characters. */
  #digits(name: string, digits: RegExp, radix: number, fallback: number | undefined): number {
    const value = this.#values.get(name);
    if (value !== undefined) return digits.test(value) ? Number.parseInt(value, radix) : Number.NaN;
    if (fallback === undefined) throw this.#missing(name);
    return fallback;
  }

  #missing(name: string): EndpointDescriptionError {
    const place = this.#parameters.positional.indexOf(name);
    const byPlace = place === -1 ? "" : `as argument ${place + 1} of ${this.#description.prefix} or `;
    return this.#description.wrong(`${name} is missing, expected it ${byPlace}as "${name}="`);
  }

  #unexpected(name: string, value: string | undefined, expected: string): EndpointDescriptionError {
    return this.#description.wrong(`${name} is ${JSON.stringify(value)}, expected ${expected}`);
  }
}

/** Names as a person reads them: `none`, `"a"`, or `one of "a", "b"`. */
export function oneOf(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const quoted = names.map((name) => JSON.stringify(name)).join(", ");
  return names.length === 1 ? quoted : `one of ${quoted}`;
}
