/** How a reactor says that it has no means for something. */
import { NotSupportedByReactorError } from "./errors.ts";

/** Throws for a method that the reactor does not have; `advice` says who does, or when. */
export function refuse(kind: string, method: string, advice: string): never {
  throw new NotSupportedByReactorError(`Cannot ${method}: the ${kind} reactor has no means for it, ${advice}`);
}
