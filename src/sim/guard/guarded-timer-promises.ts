/** `node:timers/promises`, which waits in the time of the host whose code calls it. */
import type timerPromises from "node:timers/promises";
import type { Replacement } from "./replacement.ts";
import { inTheShapeOf } from "./replacement.ts";
import { inPlaceOf } from "./simulated-globals.ts";
import type { SimulatedGlobals } from "./simulated-globals.ts";
import { SimulatedTimeout } from "./simulated-timer.ts";

const INSTEAD = "deferLater(host.reactor, seconds, call)";

interface Options {
  readonly signal?: AbortSignal | undefined;
}

type AnyFunction = (this: unknown, ...args: never[]) => unknown;

export function scheduleReplacements(promises: typeof timerPromises): Replacement[] {
  const scheduler = Object.getPrototypeOf(promises.scheduler) as object;
  return [
    { target: promises, key: "setTimeout", replace: guardedSleep },
    { target: promises, key: "setImmediate", replace: guardedTurn },
    { target: promises, key: "setInterval", replace: guardedTicks },
    { target: scheduler, key: "wait", replace: guardedWait },
    { target: scheduler, key: "yield", replace: guardedYield },
  ];
}

function guardedSleep(original: AnyFunction): AnyFunction {
  return guarded(
    original,
    "setTimeout of node:timers/promises",
    (globals, delay?: number, value?: unknown, options?: Options) => sleep(globals, delay ?? 1, value, options?.signal),
  );
}

function guardedTurn(original: AnyFunction): AnyFunction {
  return guarded(original, "setImmediate of node:timers/promises", (globals, value?: unknown, options?: Options) =>
    sleep(globals, 0, value, options?.signal),
  );
}

function guardedTicks(original: AnyFunction): AnyFunction {
  return guarded(
    original,
    "setInterval of node:timers/promises",
    (globals, delay?: number, value?: unknown, options?: Options) => ticks(globals, delay ?? 1, value, options?.signal),
  );
}

function guardedWait(original: AnyFunction): AnyFunction {
  return guarded(original, "scheduler.wait()", (globals, delay: number, options?: Options) =>
    sleep(globals, delay, undefined, options?.signal),
  );
}

function guardedYield(original: AnyFunction): AnyFunction {
  return guarded(original, "scheduler.yield()", (globals) => sleep(globals, 0, undefined, undefined));
}

function guarded(
  original: AnyFunction,
  name: string,
  simulate: (globals: SimulatedGlobals, ...args: never[]) => unknown,
): AnyFunction {
  return inTheShapeOf(original, function (this: unknown, ...args: never[]) {
    const globals = inPlaceOf(name, INSTEAD);
    return globals === undefined ? Reflect.apply(original, this, args) : simulate(globals, ...args);
  });
}

function sleep<T>(
  globals: SimulatedGlobals,
  milliseconds: number,
  value: T,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(abortError(signal));
      return;
    }
    const timer = globals.setTimeout(() => {
      signal?.removeEventListener("abort", aborted);
      resolve(value);
    }, milliseconds / 1000);
    const aborted = (): void => {
      timer.cancel();
      reject(abortError(signal!));
    };
    signal?.addEventListener("abort", aborted, { once: true });
  });
}

/** Ticks that nobody has waited for yet are not lost. */
async function* ticks<T>(
  globals: SimulatedGlobals,
  milliseconds: number,
  value: T,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void> {
  let waiting = 0;
  let wake: (() => void) | undefined;
  const woken = (): void => wake?.();
  const ticked = (): void => {
    waiting++;
    woken();
  };
  signal?.addEventListener("abort", woken, { once: true });
  const timer = new SimulatedTimeout(globals, ticked, milliseconds, [], true);
  try {
    for (;;) {
      if (signal?.aborted === true) throw abortError(signal);
      if (waiting === 0) await new Promise<void>((resolve) => (wake = resolve));
      else {
        waiting--;
        yield value;
      }
    }
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", woken);
  }
}

function abortError(signal: AbortSignal): Error {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}
