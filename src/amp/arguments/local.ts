/** Arguments that stay here: they tell this end of the connection something, and are never sent. */
import { Argument } from "../argument.ts";

class Local<T> extends Argument<T, T, true> {
  constructor() {
    super({ optional: true });
  }

  override decode(): never {
    throw new TypeError("Cannot receive a local argument: expected nobody to send one");
  }

  override encode(): never {
    throw new TypeError("Cannot send a local argument: expected it to stay here");
  }

  override fromBox(): undefined {
    return undefined;
  }

  override toBox(): void {}
}

/** An argument that is not sent. */
export function local<T>(): Argument<T, T, true> {
  return new Local<T>();
}
