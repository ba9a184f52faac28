/** `Date`, which tells the time of the host whose code asks. */
import type { Replacement } from "./replacement.ts";
import { inTheShapeOf } from "./replacement.ts";
import { inPlaceOf } from "./simulated-globals.ts";

const INSTEAD = "host.clock.seconds()";

export function dateReplacements(): Replacement[] {
  return [
    { target: globalThis, key: "Date", replace: guardedDate },
    { target: Date, key: "now", replace: guardedNow },
    // Through any date there is a way to what made it.
    { target: Date.prototype, key: "constructor", replace: guardedDate },
  ];
}

/** The same class, but for the ways in which it looks at the clock: dates of before and of now are instances of both. */
function guardedDate(original: DateConstructor): DateConstructor {
  return new Proxy(original, {
    apply: (target) => {
      const globals = inPlaceOf("Date()", INSTEAD);
      return globals === undefined ? target() : new target(millisecondsOf(globals)).toString();
    },
    construct: (target, args: unknown[], newTarget) => {
      const globals = args.length > 0 ? undefined : inPlaceOf("new Date()", INSTEAD);
      return Reflect.construct(target, globals === undefined ? args : [millisecondsOf(globals)], newTarget) as object;
    },
  });
}

function guardedNow(original: () => number): () => number {
  return inTheShapeOf(original, () => {
    const globals = inPlaceOf("Date.now()", INSTEAD);
    return globals === undefined ? original() : millisecondsOf(globals);
  });
}

function millisecondsOf(globals: { seconds(): number }): number {
  return Math.floor(globals.seconds() * 1000);
}
