/** The clocks of the process, which tell how much time has passed for the host whose code asks. */
import process from "node:process";
import type { Replacement } from "./replacement.ts";
import { inTheShapeOf } from "./replacement.ts";
import { inPlaceOf } from "./simulated-globals.ts";

const INSTEAD = "host.clock.monotonic()";
const NANOSECONDS = 1_000_000_000;

interface Hrtime {
  (previous?: [number, number]): [number, number];
  bigint: () => bigint;
}

export function clockReplacements(): Replacement[] {
  return [
    { target: holderOf(performance, "now"), key: "now", replace: guardedPerformanceNow },
    { target: holderOf(performance, "timeOrigin"), key: "timeOrigin", replace: guardedTimeOrigin },
    { target: process, key: "hrtime", replace: guardedHrtime },
    { target: process, key: "uptime", replace: guardedUptime },
  ];
}

/** Who of `object` and its prototypes has the property. */
function holderOf(object: object, key: PropertyKey): object {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, key)) return at;
  }
  return object;
}

function guardedPerformanceNow(original: () => number): () => number {
  return inTheShapeOf(original, function (this: unknown) {
    const globals = inPlaceOf("performance.now()", INSTEAD);
    return globals === undefined ? Reflect.apply(original, this, []) : globals.monotonic() * 1000;
  });
}

/** The time of day at which `performance.now()` was 0. */
function guardedTimeOrigin(original: () => number): () => number {
  return inTheShapeOf(original, function (this: unknown) {
    const globals = inPlaceOf("performance.timeOrigin", INSTEAD);
    if (globals === undefined) return Reflect.apply(original, this, []);
    return (globals.seconds() - globals.monotonic()) * 1000;
  });
}

function guardedUptime(original: () => number): () => number {
  return inTheShapeOf(original, () => {
    const globals = inPlaceOf("process.uptime()", INSTEAD);
    return globals === undefined ? original() : globals.monotonic();
  });
}

function guardedHrtime(original: Hrtime): Hrtime {
  const hrtime = inTheShapeOf(original, (previous?: [number, number]) => {
    const globals = inPlaceOf("process.hrtime()", INSTEAD);
    if (globals === undefined) return original(previous);
    // It knows what is no time.
    if (previous !== undefined) original(previous);
    const now = Math.round(globals.monotonic() * NANOSECONDS);
    const [seconds, nanoseconds] = previous ?? [0, 0];
    const wholes = Math.floor(now / NANOSECONDS) - seconds;
    const rest = (now % NANOSECONDS) - nanoseconds;
    return rest < 0 ? [wholes - 1, rest + NANOSECONDS] : [wholes, rest];
  });
  hrtime.bigint = inTheShapeOf(original.bigint, () => {
    const globals = inPlaceOf("process.hrtime.bigint()", INSTEAD);
    return globals === undefined ? original.bigint() : BigInt(Math.round(globals.monotonic() * NANOSECONDS));
  });
  return hrtime;
}
