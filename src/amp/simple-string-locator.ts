/** Finds responders by the names of methods. */
import type { BoxResponder, ResponderLocator } from "./box-sender.ts";

const PREFIX = "amp_";

/** The method of `self` that responds to the command `name`: `amp_` and the name in capitals, unless the prefix is another. */
export function methodFor(self: object, name: string, prefix: string = PREFIX): BoxResponder | undefined {
  const method = (self as Readonly<Record<string, unknown>>)[prefix + name.toUpperCase()];
  return typeof method === "function" ? (method.bind(self) as BoxResponder) : undefined;
}

/**
 * Methods that take and answer boxes: `amp_` and the name of the command in capitals.
 *
 * @example
 * class Locator extends SimpleStringLocator {
 *   amp_PING(box: AmpBox): AmpBox {
 *     return new AmpBox({ pong: box.get("ping") ?? "" });
 *   }
 * }
 * new AMP({ locator: new Locator() });
 */
export class SimpleStringLocator implements ResponderLocator {
  /** What the names of the methods begin with. */
  baseDispatchPrefix: string = PREFIX;

  locateResponder(name: string): BoxResponder | undefined {
    return methodFor(this, name, this.baseDispatchPrefix);
  }
}
