/** A semaphore for event-driven code. */
import { inspect } from "node:util";
import { InvalidStateError } from "../errors.ts";
import { ConcurrencyPrimitive } from "./concurrency-primitive.ts";

/**
 * At most `tokens` at a time, in the order of asking.
 *
 * @example
 * const two = new DeferredSemaphore(2);
 * await gatherResults([1, 2, 3].map((n) => two.run(async () => n)));
 */
export class DeferredSemaphore extends ConcurrencyPrimitive {
  readonly #limit: number;
  #tokens: number;

  constructor(tokens: number) {
    super();
    const message = `Cannot make a semaphore of ${inspect(tokens, { depth: 0 })} tokens: expected a whole number, 1 or more`;
    if (typeof tokens !== "number") throw new TypeError(message);
    if (!Number.isInteger(tokens) || tokens < 1) throw new RangeError(message);
    this.#limit = tokens;
    this.#tokens = tokens;
  }

  /** How many can be acquired at once. */
  get limit(): number {
    return this.#limit;
  }

  /** How many can be acquired now. */
  get tokens(): number {
    return this.#tokens;
  }

  protected override take(): boolean {
    if (this.#tokens === 0) return false;
    this.#tokens--;
    return true;
  }

  protected override giveBack(): void {
    if (this.#tokens === this.#limit) {
      throw new InvalidStateError(
        "Cannot release the semaphore: all tokens are free, expected one to be acquired before",
      );
    }
    this.#tokens++;
  }
}
