/** Signals by name and by number. */
import { inspect } from "node:util";

const LARGEST_SIGNAL = 64;

/** The number of a signal that is given as `"TERM"`, `"SIGTERM"` or `15`. */
export function signalNumber(signal: string | number): number {
  if (typeof signal === "number") {
    if (Number.isInteger(signal) && signal >= 0 && signal <= LARGEST_SIGNAL) return signal;
    throw new RangeError(`Cannot send the signal ${signal}: expected a whole number from 0 to ${LARGEST_SIGNAL}`);
  }
  const number = typeof signal === "string" ? (numbers()[signal] ?? numbers()[`SIG${signal}`]) : undefined;
  if (number !== undefined) return number;
  throw new TypeError(`Cannot send the signal ${inspect(signal, { depth: 0 })}: expected one such as "TERM"`);
}

function numbers(): Readonly<Record<string, number>> {
  return process.getBuiltinModule("node:os").constants.signals;
}
