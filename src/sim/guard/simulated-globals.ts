/** Whose code runs, and what it gets in place of the real clocks, timers and random numbers. */
import { SimulationGuardError } from "./guard-error.ts";

/** What a host has in place of the runtime's globals. It is the same object each time, for the same host. */
export interface SimulatedGlobals {
  /** The name of the host. */
  readonly host: string;
  /** The time of day, in seconds since 1970. */
  seconds(): number;
  /** Seconds since some moment, which never go back. */
  monotonic(): number;
  setTimeout(call: () => void, seconds: number): { cancel(): void };
  readonly random: {
    /** A number from 0 to, but not including, 1. */
    real(): number;
    bytes(length: number): Uint8Array;
  };
}

/** `"throw"`: whoever touches a real thing is told so, by `SimulationGuardError`. `"simulate"`: it gets what its host has instead. */
export type GuardMode = "throw" | "simulate";

/** Answers whose code runs; `undefined` where it is not simulated. */
export type CurrentGlobals = () => SimulatedGlobals | undefined;

export interface Guard {
  readonly mode: GuardMode;
  readonly current: CurrentGlobals;
  readonly touched: ((error: SimulationGuardError) => void) | undefined;
}

/** All that are installed: simulations may run side by side, and each knows its own code. */
export const guards: Set<Guard> = new Set();

/**
 * What the code that runs gets in place of `touched`; `undefined` where the real one is right. Throws where the guard is to. `instead` says what
 * simulated code should use.
 */
export function inPlaceOf(touched: string, instead: string): SimulatedGlobals | undefined {
  for (const guard of guards) {
    const globals = guard.current();
    if (globals === undefined) continue;
    if (guard.mode === "simulate") return globals;
    const error = new SimulationGuardError(touched, globals.host, instead);
    guard.touched?.(error);
    throw error;
  }
  return undefined;
}

/** The same, for what harms nobody: it never throws. */
export function currentGlobals(): SimulatedGlobals | undefined {
  for (const { current } of guards) {
    const globals = current();
    if (globals !== undefined) return globals;
  }
  return undefined;
}
