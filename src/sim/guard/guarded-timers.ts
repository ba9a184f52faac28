/** `setTimeout` and its kin, which wait in the time of the host whose code calls them. */
import timers from "node:timers";
import { scheduleReplacements } from "./guarded-timer-promises.ts";
import type { Replacement } from "./replacement.ts";
import { inTheShapeOf } from "./replacement.ts";
import { currentGlobals, inPlaceOf } from "./simulated-globals.ts";
import { SimulatedImmediate, SimulatedTimeout, timerOf } from "./simulated-timer.ts";

const INSTEAD = "host.reactor.callLater";

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

export function timerReplacements(): Replacement[] {
  const functions: Readonly<Record<string, (original: AnyFunction) => AnyFunction>> = {
    setTimeout: (original) => guardedTimer(original, "setTimeout", false),
    setInterval: (original) => guardedTimer(original, "setInterval", true),
    setImmediate: guardedImmediate,
    clearTimeout: guardedClear,
    clearInterval: guardedClear,
    clearImmediate: guardedClear,
  };
  const places = [globalThis, timers];
  return [
    ...Object.entries(functions).flatMap(([key, replace]) => places.map((target) => ({ target, key, replace }))),
    ...scheduleReplacements(timers.promises),
    { target: AbortSignal, key: "timeout", replace: guardedSignalTimeout },
  ];
}

function guardedTimer(original: AnyFunction, name: string, repeats: boolean): AnyFunction {
  return inTheShapeOf(original, function (this: unknown, ...args: unknown[]) {
    const globals = inPlaceOf(name, INSTEAD);
    if (globals === undefined) return Reflect.apply(original, this, args);
    const [callback, delay, ...others] = args;
    return new SimulatedTimeout(globals, callback, delay, others, repeats);
  });
}

function guardedImmediate(original: AnyFunction): AnyFunction {
  return inTheShapeOf(original, function (this: unknown, ...args: unknown[]) {
    const globals = inPlaceOf("setImmediate", INSTEAD);
    if (globals === undefined) return Reflect.apply(original, this, args);
    const [callback, ...others] = args;
    return new SimulatedImmediate(globals, callback, others).start(0);
  });
}

/** Clearing touches nothing that is real. */
function guardedClear(original: AnyFunction): AnyFunction {
  return inTheShapeOf(original, (timer: unknown) => {
    const globals = currentGlobals();
    const simulated =
      timer instanceof SimulatedImmediate ? timer : globals === undefined ? undefined : timerOf(globals, timer);
    if (simulated === undefined) original(timer);
    else simulated.cancel();
  });
}

function guardedSignalTimeout(original: (milliseconds: number) => AbortSignal): (milliseconds: number) => AbortSignal {
  return inTheShapeOf(original, function (this: unknown, milliseconds: number) {
    const globals = inPlaceOf("AbortSignal.timeout()", INSTEAD);
    if (globals === undefined) return Reflect.apply(original, this, [milliseconds]);
    const controller = new AbortController();
    const error = new DOMException("The operation was aborted due to timeout", "TimeoutError");
    globals.setTimeout(() => controller.abort(error), milliseconds / 1000);
    return controller.signal;
  });
}
