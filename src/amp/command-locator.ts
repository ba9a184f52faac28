/** Finds responders by the commands that they are for. */
import type { BoxResponder, ResponderLocator } from "./box-sender.ts";
import { boxResponder } from "./responder.ts";
import type { Responder } from "./responder.ts";

type Table = ReadonlyMap<string, Responder>;

/** What a class that lists its responders has. */
interface WithResponders {
  readonly responders?: readonly Responder[];
}

const tables: WeakMap<object, Table> = new WeakMap();
const EMPTY: Table = new Map();

/** The responder for the command `name` that the class of `self` lists, or a class that it extends. */
export function respondersOf(self: object): Table {
  return tableOf(self.constructor);
}

/** Classes list their responders once; those of a class stand before those that it inherits. */
function tableOf(Class: object): Table {
  if (Class === Function.prototype) return EMPTY;
  let table = tables.get(Class);
  if (table === undefined) {
    const own = Object.hasOwn(Class, "responders") ? ((Class as WithResponders).responders ?? []) : [];
    table = new Map([...tableOf(Object.getPrototypeOf(Class) as object), ...byName(own)]);
    tables.set(Class, table);
  }
  return table;
}

function byName(responders: readonly Responder[]): [string, Responder][] {
  return responders.map((responder) => [responder.command.commandName, responder]);
}

/**
 * Responders that are found by their commands: those that are given, and those that a class which extends this one lists as `static responders`,
 * which are called as its methods.
 *
 * @example
 * const Sum = command("Sum", { arguments: { a: integer(), b: integer() }, response: { total: integer() } });
 * const locator = new CommandLocator([Sum.responder(({ a, b }) => ({ total: a + b }))]);
 * new AMP({ locator });
 */
export class CommandLocator implements ResponderLocator {
  /** The responders of all objects of this class. */
  static responders: readonly Responder[] = [];
  readonly #given: Table;

  constructor(responders: readonly Responder[] = []) {
    this.#given = new Map(byName(responders));
  }

  locateResponder(name: string): BoxResponder | undefined {
    const responder = this.#given.get(name) ?? respondersOf(this).get(name);
    return responder === undefined ? undefined : boxResponder(responder, this);
  }
}
