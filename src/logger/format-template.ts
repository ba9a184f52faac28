/**
 * Format strings, taken apart: the replacement fields of PEP 3101, with calls.
 *
 *     {name}   {name.attribute}   {name[key]}   {name()}   {name.method()[0]}   {name!r}   {name:>10}   {name:{width}}   {{   }}
 *
 * A program has few formats and uses them over and over, so what was taken apart is kept, up to a number and a length: formats that
 * were made up at run time must not fill the memory.
 */

/** One step on the way from an event to the value of a field. */
export interface Step {
  readonly kind: "attribute" | "index" | "call";
  /** The attribute or the key; empty for a call. */
  readonly key: string;
}

/** A replacement field. */
export interface Field {
  /** As written, without conversion and format specification. */
  readonly name: string;
  /** The steps after the first, which is the key of the event. */
  readonly first: string;
  readonly steps: readonly Step[];
  /** `"r"`, `"s"` or `"a"` as in `{x!r}`, else empty. */
  readonly conversion: string;
  /** What follows the colon, which may have fields itself. */
  readonly spec: string;
}

/** Literal text, and the field that follows it, if one does. */
export interface Part {
  readonly literal: string;
  readonly field: Field | undefined;
}

const MAX_KEPT = 1000;
const MAX_KEPT_LENGTH = 1000;
const kept = new Map<string, readonly Part[]>();

/** Takes `format` apart. Throws `SyntaxError` where its braces make no sense. */
export function parseFormat(format: string): readonly Part[] {
  const known = kept.get(format);
  if (known !== undefined) return known;
  const parts = new FormatParser(format).parse();
  if (format.length <= MAX_KEPT_LENGTH) {
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(format, parts);
  }
  return parts;
}

class FormatParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Part[] {
    const parts: Part[] = [];
    let literal = "";
    while (this.#position < this.#text.length) {
      const brace = this.#nextBrace();
      literal += this.#text.slice(this.#position, brace);
      this.#position = brace;
      if (brace === this.#text.length) break;
      const char = this.#text[brace];
      if (this.#text[brace + 1] === char) {
        literal += char;
        this.#position += 2;
      } else if (char === "}") {
        this.#fail("a single '}'", "'}}' for a brace of the text");
      } else {
        this.#position++;
        parts.push({ literal, field: this.#field() });
        literal = "";
      }
    }
    if (literal !== "") parts.push({ literal, field: undefined });
    return parts;
  }

  #nextBrace(): number {
    for (let at = this.#position; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x7b || code === 0x7d) return at;
    }
    return this.#text.length;
  }

  /** Reads a field; its opening brace has been read. */
  #field(): Field {
    const name = this.#name();
    let conversion = "";
    if (this.#text[this.#position] === "!") {
      conversion = this.#text[this.#position + 1] ?? "";
      this.#position += 2;
      const next = this.#text[this.#position];
      if (next !== ":" && next !== "}")
        this.#fail(`no ':' or '}' after '!${conversion}'`, "a conversion of one letter");
    }
    let spec = "";
    if (this.#text[this.#position] === ":") {
      this.#position++;
      spec = this.#spec();
    }
    if (this.#text[this.#position] !== "}") this.#fail("a field without end", "'}' after it");
    this.#position++;
    return { name, ...parseFieldName(name), conversion, spec };
  }

  #name(): string {
    const start = this.#position;
    let inIndex = false;
    for (; this.#position < this.#text.length; this.#position++) {
      const char = this.#text[this.#position];
      if (inIndex) {
        inIndex = char !== "]";
      } else if (char === "[") {
        inIndex = true;
      } else if (char === "}" || char === ":" || char === "!") {
        break;
      } else if (char === "{") {
        this.#fail("'{' in the name of a field", "fields in fields only after ':'");
      }
    }
    return this.#text.slice(start, this.#position);
  }

  #spec(): string {
    const start = this.#position;
    let depth = 0;
    for (; this.#position < this.#text.length; this.#position++) {
      const char = this.#text[this.#position];
      if (char === "{") depth++;
      else if (char === "}" && depth-- === 0) break;
    }
    return this.#text.slice(start, this.#position);
  }

  #fail(state: string, expected: string): never {
    throw new SyntaxError(`Cannot parse the format: it has ${state} at ${this.#position}, expected ${expected}`);
  }
}

/** Takes the name of a field apart: `a.b()[0]` is the key `a` and the steps `.b`, call, `[0]`. */
export function parseFieldName(name: string): { first: string; steps: Step[] } {
  const steps: Step[] = [];
  const end = endOfWord(name, 0);
  const [first, calls] = splitCalls(name.slice(0, end));
  steps.push(...calls);
  let position = end;
  while (position < name.length) {
    if (name[position] === ".") {
      const next = endOfWord(name, position + 1);
      const [attribute, attributeCalls] = splitCalls(name.slice(position + 1, next));
      if (attribute === "") throw new SyntaxError(`Cannot read field {${name}}: it has a '.' with no name after it`);
      steps.push({ kind: "attribute", key: attribute }, ...attributeCalls);
      position = next;
    } else if (name[position] === "[") {
      const close = name.indexOf("]", position);
      if (close === -1) throw new SyntaxError(`Cannot read field {${name}}: it has a '[' without ']'`);
      const key = name.slice(position + 1, close);
      if (key === "") throw new SyntaxError(`Cannot read field {${name}}: it has nothing between '[' and ']'`);
      steps.push({ kind: "index", key });
      position = close + 1;
    } else if (name.startsWith("()", position)) {
      steps.push({ kind: "call", key: "" });
      position += 2;
    } else {
      throw new SyntaxError(
        `Cannot read field {${name}}: after ']' it goes on with ${JSON.stringify(name[position])}, expected '.', '[' or '()'`,
      );
    }
  }
  return { first, steps };
}

function endOfWord(name: string, from: number): number {
  let end = from;
  while (end < name.length && name[end] !== "." && name[end] !== "[") end++;
  return end;
}

function splitCalls(word: string): [word: string, calls: Step[]] {
  const calls: Step[] = [];
  let rest = word;
  while (rest.endsWith("()")) {
    rest = rest.slice(0, -2);
    calls.push({ kind: "call", key: "" });
  }
  return [rest, calls];
}
