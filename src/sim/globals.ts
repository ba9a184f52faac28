/**
 * The guard: what simulated code finds where the real clocks, timers and random numbers are.
 *
 * Simulated code runs in the same process as all other code, so the globals themselves are replaced, while a guard is installed, by functions that
 * ask whose code runs. Code outside of a simulation gets the real ones, through them. Node's own modules keep references of their own, and the
 * engine's housekeeping goes by `runtime.ts`.
 */
import { syncBuiltinESMExports } from "node:module";
import { inspect } from "node:util";
import { keepRuntime } from "../runtime.ts";
import type { RuntimeClocks } from "../runtime.ts";
import { clockReplacements } from "./guard/guarded-clocks.ts";
import { dateReplacements } from "./guard/guarded-date.ts";
import { randomReplacements } from "./guard/guarded-random.ts";
import { temporalReplacements } from "./guard/guarded-temporal.ts";
import { timerReplacements } from "./guard/guarded-timers.ts";
import type { SimulationGuardError } from "./guard/guard-error.ts";
import { replaceAll } from "./guard/replacement.ts";
import { guards } from "./guard/simulated-globals.ts";
import type { CurrentGlobals, Guard, GuardMode } from "./guard/simulated-globals.ts";

/** Parts of Node that take timers out of `node:timers` when they are first used: they are to get the real ones. */
const USERS_OF_TIMERS = ["node:dns", "node:http", "node:https", "node:readline", "node:tls"];

let restore: (() => void) | undefined;

/**
 * Guards simulated code, which runs whenever `current` answers a host, until the function that is answered is called.
 *
 * Replaced are `Date`, `Temporal.Now`, `performance.now` and `timeOrigin`, `process.hrtime` and `uptime`, the timers (global, in `node:timers` and in
 * `node:timers/promises`), `AbortSignal.timeout`, `Math.random`, and what `node:crypto` and the global `crypto` have that is random. In the mode
 * `"throw"` simulated code that touches them gets a `SimulationGuardError`, in `"simulate"` the time and the random numbers of its host.
 *
 * `touched` hears of each such error before it is thrown, whoever catches it then.
 *
 * Several may be installed, as several simulations may run: the first whose `current` knows a host decides. When the last one is removed,
 * everything is as it was before.
 *
 * A library that takes functions out of modules when it is loaded (`const { randomBytes } = require("crypto")`) keeps what it found: load it after a
 * guard was installed, and it is guarded whenever one is. Not guarded are keys and signatures, `Intl.DateTimeFormat` without a date, and what
 * asks the system: files, processes, real sockets.
 *
 * @example
 * const host = {
 *   host: "db1",
 *   seconds: () => 86_400,
 *   monotonic: () => 12,
 *   setTimeout: () => ({ cancel() {} }),
 *   random: { real: () => 0.25, bytes: (length: number) => Buffer.alloc(length, 1) },
 * };
 * let running: typeof host | undefined = host;
 * const uninstall = installGlobals("simulate", () => running);
 * assert.equal(new Date().toISOString(), "1970-01-02T00:00:00.000Z");
 * assert.equal(Math.random(), 0.25);
 * running = undefined;
 * assert.ok(Date.now() > 86_400_000);
 * uninstall();
 */
export function installGlobals(
  mode: GuardMode,
  current: CurrentGlobals,
  touched?: (error: SimulationGuardError) => void,
): () => void {
  if (mode !== "throw" && mode !== "simulate") {
    throw new TypeError(`Cannot guard simulated code by ${inspect(mode)}: expected "throw" or "simulate"`);
  }
  if (typeof current !== "function") {
    throw new TypeError(
      `Cannot guard simulated code: ${inspect(current, { depth: 0 })} cannot tell whose runs, expected a function`,
    );
  }
  const guard: Guard = { mode, current, touched };
  if (guards.size === 0) replaceGlobals();
  guards.add(guard);
  return () => {
    if (guards.delete(guard) && guards.size === 0) restoreGlobals();
  };
}

function replaceGlobals(): void {
  for (const name of USERS_OF_TIMERS) process.getBuiltinModule(name);
  const clocks = realClocks();
  restore = replaceAll([
    ...dateReplacements(),
    ...temporalReplacements(),
    ...clockReplacements(),
    ...timerReplacements(),
    ...randomReplacements(),
  ]);
  keepRuntime(clocks);
  // Named imports of Node's modules follow.
  syncBuiltinESMExports();
}

function restoreGlobals(): void {
  restore?.();
  restore = undefined;
  keepRuntime(undefined);
  syncBuiltinESMExports();
}

function realClocks(): RuntimeClocks {
  const { setTimeout, setInterval, setImmediate } = globalThis;
  return {
    setTimeout,
    setInterval,
    setImmediate,
    dateNow: Date.now,
    performanceNow: performance.now.bind(performance),
  };
}
