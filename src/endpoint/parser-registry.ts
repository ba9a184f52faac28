/** Who makes endpoints of descriptions: a parser for each prefix, ours and those that others register. */
import { inspect } from "node:util";
import { InvalidStateError } from "../errors.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { EndpointDescription, oneOf } from "./description.ts";

/** Makes an endpoint of a description; complaints come from `description.wrong` and from the readers of its arguments. */
export type EndpointParser<E> = (reactor: Reactor, description: EndpointDescription) => E;

/** What can be told from a description's other parts. */
const PREFIX = /^[a-z][\w.+-]*$/i;

export class ParserRegistry<E> {
  readonly #kind: string;
  readonly #parsers: Map<string, EndpointParser<E>>;

  /**
   * @param kind of the endpoints, for messages
   */
  constructor(kind: string, parsers: Readonly<Record<string, EndpointParser<E>>>) {
    this.#kind = kind;
    this.#parsers = new Map(Object.entries(parsers));
  }

  /** Answers a function that takes the parser out again. */
  register(prefix: string, parser: EndpointParser<E>): () => void {
    if (typeof prefix !== "string" || typeof parser !== "function") {
      throw new TypeError(
        `Cannot register ${inspect(parser)} for ${inspect(prefix)}: expected a function for a string`,
      );
    }
    if (!PREFIX.test(prefix)) {
      throw new TypeError(
        `Cannot register the prefix "${prefix}": expected a letter, then letters, digits, "+", "-", "." or "_"`,
      );
    }
    const key = prefix.toLowerCase();
    if (this.#parsers.has(key)) {
      throw new InvalidStateError(
        `Cannot register the prefix "${prefix}": it has a parser already, expected one that is free`,
      );
    }
    this.#parsers.set(key, parser);
    return () => {
      if (this.#parsers.get(key) === parser) this.#parsers.delete(key);
    };
  }

  /** Makes an endpoint; prefixes are the same in capitals and small letters. */
  parse(reactor: Reactor, text: string): E {
    const description = new EndpointDescription(text);
    const parser = this.#parsers.get(description.prefix.toLowerCase());
    if (parser !== undefined) return parser(reactor, description);
    const prefixes = oneOf([...this.#parsers.keys()].sort());
    throw description.wrong(
      `${JSON.stringify(description.prefix)} is no kind of ${this.#kind} endpoint, expected ${prefixes}`,
    );
  }
}
