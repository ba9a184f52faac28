/** How objects of ours look in `util.inspect` and `console.log`. */
import { inspect } from "node:util";
import type { InspectOptions } from "node:util";

/**
 * Makes the objects of a class be shown as `describe` says. To be called in a static block of the class, where `describe` may read
 * private fields; a method under the computed name `[inspect.custom]` cannot have its types emitted file by file.
 */
export function inspectable<T extends object>(
  prototype: T,
  describe: (object: T, depth: number, options: InspectOptions) => string,
): void {
  Object.defineProperty(prototype, inspect.custom, {
    configurable: true,
    value(this: T, depth: number, options: InspectOptions) {
      return describe(this, depth, options);
    },
  });
}
