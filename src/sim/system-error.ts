/** Errors as the system would answer them. */
import { constants } from "node:os";
import { stackless } from "../stackless.ts";

/** The errors that a simulated system knows, with their texts. */
const TEXTS = {
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "address not available",
  EAGAIN: "resource temporarily unavailable",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "host is unreachable",
  EINVAL: "invalid argument",
  ENODEV: "no such device",
  ENOENT: "no such file or directory",
  EPIPE: "broken pipe",
  ETIMEDOUT: "connection timed out",
} as const;

export type SystemErrorCode = keyof typeof TEXTS;

export function systemError(syscall: string, code: SystemErrorCode): Error {
  const error = stackless(() => new Error(`${syscall} ${code}: ${TEXTS[code]}`));
  return Object.assign(error, { code, errno: -constants.errno[code], syscall });
}
