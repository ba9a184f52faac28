/**
 * The runtime's own clocks and timers, for the engine's housekeeping.
 *
 * A simulation replaces the global ones for the code that runs in it (`sim/globals.ts`). What the engine does beside that code, such as stamping
 * log events, reporting failures at the end of a turn and running a reactor over sockets, goes on by what was there before.
 */

/** What a simulation replaces. */
export interface RuntimeClocks {
  readonly setTimeout: (call: () => void, milliseconds: number) => NodeJS.Timeout;
  readonly setInterval: (call: () => void, milliseconds: number) => NodeJS.Timeout;
  readonly setImmediate: (call: () => void) => NodeJS.Immediate;
  /** Milliseconds since 1970. */
  readonly dateNow: () => number;
  /** Milliseconds since the process began. */
  readonly performanceNow: () => number;
}

let replaced: RuntimeClocks | undefined;

/** Says what was there before the global ones were replaced; `undefined` when they are back. */
export function keepRuntime(clocks: RuntimeClocks | undefined): void {
  replaced = clocks;
}

export function setTimeout(call: () => void, milliseconds: number): NodeJS.Timeout {
  return replaced === undefined ? globalThis.setTimeout(call, milliseconds) : replaced.setTimeout(call, milliseconds);
}

export function setInterval(call: () => void, milliseconds: number): NodeJS.Timeout {
  return replaced === undefined ? globalThis.setInterval(call, milliseconds) : replaced.setInterval(call, milliseconds);
}

export function setImmediate(call: () => void): NodeJS.Immediate {
  return replaced === undefined ? globalThis.setImmediate(call) : replaced.setImmediate(call);
}

export function dateNow(): number {
  return replaced === undefined ? Date.now() : replaced.dateNow();
}

export function performanceNow(): number {
  return replaced === undefined ? performance.now() : replaced.performanceNow();
}
