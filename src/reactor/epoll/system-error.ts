/** Errors of the system, as the core answers them. */
import { getSystemErrorName } from "node:util";
import { stackless } from "../../stackless.ts";
import type { NativeCore } from "./native-core.ts";

/** An error as Node would make it, for a negative number that the core answered to `syscall`. */
export function systemError(core: NativeCore, syscall: string, status: number): Error {
  const code = getSystemErrorName(status);
  const error = stackless(() => new Error(`${syscall} ${code}: ${core.errorText(-status)}`));
  return Object.assign(error, { code, errno: status, syscall });
}
