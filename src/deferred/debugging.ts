/**
 * Debug mode: every Deferred remembers where it was made and where it was fired. It costs a stack trace for each, so it
 * is off unless asked for.
 */

export interface DebugStacks {
  creator: string;
  invoker: string | undefined;
}

const state = { enabled: false };

/**
 * Turns debug mode on or off for the Deferreds made from now on.
 *
 * @example
 * setDebugging(true);
 * new Deferred().callback(1);
 * setDebugging(false);
 */
export function setDebugging(on: boolean): void {
  state.enabled = on;
}

/** Whether debug mode is on. */
export function getDebugging(): boolean {
  return state.enabled;
}

/** The stack of whoever called `below`, without its first line. */
export function captureStack(below: CallableFunction | NewableFunction): string {
  const place: { stack?: string } = {};
  Error.captureStackTrace(place, below);
  return (place.stack ?? "").split("\n").slice(1).join("\n");
}
