/** A fault in words. */
import { inspect } from "node:util";
import type { Fault } from "./fault.ts";

export function describeFault(fault: Fault): string {
  return inspect(fault, { breakLength: Infinity });
}
