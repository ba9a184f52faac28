/** Tells plans from recipes. */
import type { Fault, FaultRecipe } from "./fault.ts";

/** Whether the faults are known, not to be drawn. */
export function isPlan(faults: readonly Fault[] | FaultRecipe): faults is readonly Fault[] {
  return Array.isArray(faults);
}
