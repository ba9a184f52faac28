/** The link between two hosts, as programs and tests set it: two paths, one for each way. */
import { checkLinkOptions } from "./check-link-options.ts";
import type { LinkOptions } from "./link-options.ts";
import type { Machine } from "./machine.ts";
import type { Wiring } from "./wiring.ts";

/** Which ways of a link are meant: both, or only the one from the first host that was named to the second. */
export interface LinkWays {
  readonly oneWay?: boolean;
}

export class Link {
  readonly #wiring: Wiring;
  readonly #ways: readonly (readonly [from: Machine, to: Machine])[];

  /** @internal */
  constructor(wiring: Wiring, a: Machine, b: Machine) {
    this.#wiring = wiring;
    this.#ways =
      a === b
        ? [[a, b]]
        : [
            [a, b],
            [b, a],
          ];
  }

  /** Sets what the link is like from now on. What is not mentioned stays as it is. */
  set(options: LinkOptions, ways: LinkWays = {}): this {
    checkLinkOptions(options);
    for (const [from, to] of this.#chosen(ways)) this.#wiring.set(from, to, options);
    return this;
  }

  /** Lets nothing through, until `heal` was called as often. What is on its way is lost, and streams wait. */
  cut(ways: LinkWays = {}): this {
    for (const [from, to] of this.#chosen(ways)) this.#wiring.cut(from, to);
    return this;
  }

  heal(ways: LinkWays = {}): this {
    for (const [from, to] of this.#chosen(ways)) this.#wiring.heal(from, to);
    return this;
  }

  #chosen({ oneWay = false }: LinkWays): readonly (readonly [from: Machine, to: Machine])[] {
    return oneWay ? this.#ways.slice(0, 1) : this.#ways;
  }
}
