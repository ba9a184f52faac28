import type { Fault } from "../../../src/sim/fault.ts";

/** When the last of these faults is over, in seconds; 0 where there are none. */
export function endOfFaults(faults: readonly Fault[]): number {
  return Math.max(0, ...faults.map((fault) => fault.at + ("for" in fault ? (fault.for ?? Infinity) : 0)));
}
