/** Errors as Node's modules make them, for libraries that look at `code`, `errno`, `syscall`, `address` and `port`. */
import { getSystemErrorMap } from "node:util";
import {
  BadFileError,
  ConnectBindError,
  ConnectionRefusedError,
  DNSLookupError,
  NoRouteError,
  TCPTimedOutError,
  TimeoutError,
  UnknownHostError,
} from "../../transport/errors.ts";

interface NodeErrorFields {
  code: string;
  errno?: number;
  syscall?: string;
  hostname?: string;
  address?: string;
  port?: number;
}

/** An error with what Node's errors have beside their message. */
export type NodeError = Error & NodeErrorFields;

/** Where something was to be done: a path, or an address with a port. */
export interface NodePlace {
  readonly address: string;
  readonly port?: number | undefined;
}

/** What the system calls our errors, where it has not said so itself. */
const CODES: readonly (readonly [new (...args: never[]) => Error, string])[] = [
  [ConnectionRefusedError, "ECONNREFUSED"],
  [NoRouteError, "EHOSTUNREACH"],
  [TCPTimedOutError, "ETIMEDOUT"],
  [TimeoutError, "ETIMEDOUT"],
  [DNSLookupError, "ENOTFOUND"],
  [UnknownHostError, "ENOTFOUND"],
  [ConnectBindError, "EADDRINUSE"],
  [BadFileError, "ENOENT"],
];

/** The system's numbers and texts, by name. */
const SYSTEM_ERRORS: ReadonlyMap<string, readonly [errno: number, text: string]> = new Map(
  [...getSystemErrorMap()].map(([errno, [code, text]]) => [code, [errno, text]]),
);

/** The system's name for what `error` says, or `otherwise`. */
export function codeOf(error: unknown, otherwise: string): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { osError, code } = at as { osError?: unknown; code?: unknown };
    if (typeof osError === "string" && SYSTEM_ERRORS.has(osError)) return osError;
    if (typeof code === "string" && (SYSTEM_ERRORS.has(code) || code === "ENOTFOUND")) return code;
    const known = CODES.find(([ErrorClass]) => at instanceof ErrorClass);
    if (known !== undefined) return known[1];
  }
  return otherwise;
}

/** A system call failed, such as `read` or `write`. */
export function systemError(syscall: string, code: string, cause?: unknown): NodeError {
  return nodeError(`${syscall} ${code}`, { code, syscall, ...numberOf(code) }, cause);
}

/** A connection could not be made. */
export function connectError(reason: unknown, place: NodePlace): NodeError {
  const code = codeOf(reason, "ECONNREFUSED");
  return nodeError(
    `connect ${code} ${textOf(place)}`,
    { code, syscall: "connect", ...numberOf(code), ...placeFields(place) },
    reason,
  );
}

/** A name could not be looked up. */
export function lookupError(reason: unknown, hostname: string): NodeError {
  const code = codeOf(reason, "ENOTFOUND");
  return nodeError(
    `getaddrinfo ${code} ${hostname}`,
    { code, syscall: "getaddrinfo", ...numberOf(code), hostname },
    reason,
  );
}

/** A port could not be opened. */
export function listenError(reason: unknown, place: NodePlace): NodeError {
  const code = codeOf(reason, "EADDRINUSE");
  const text = SYSTEM_ERRORS.get(code)?.[1] ?? "unknown error";
  return nodeError(
    `listen ${code}: ${text} ${textOf(place)}`,
    { code, syscall: "listen", ...numberOf(code), ...placeFields(place) },
    reason,
  );
}

/** The caller did something that the state does not allow, or gave something that is not taken. */
export function usageError(
  code: string,
  message: string,
  ErrorClass: new (message: string) => Error = Error,
): NodeError {
  return Object.assign(new ErrorClass(message), { code });
}

function nodeError(message: string, fields: NodeErrorFields, cause: unknown): NodeError {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  return Object.assign(error, fields);
}

function numberOf(code: string): { readonly errno: number } | undefined {
  const known = SYSTEM_ERRORS.get(code);
  if (known !== undefined) return { errno: known[0] };
  // Node's lookups have names of their own.
  return code === "ENOTFOUND" ? { errno: SYSTEM_ERRORS.get("EAI_NONAME")![0] } : undefined;
}

function placeFields({ address, port }: NodePlace): { address: string; port?: number } {
  return port === undefined ? { address } : { address, port };
}

function textOf({ address, port }: NodePlace): string {
  return port === undefined ? address : `${address}:${port}`;
}
