/** The many ways in which `net`'s functions take their arguments, as one. */
import { inspect } from "node:util";
import { usageError } from "./node-error.ts";

/** A name looked up as `dns.lookup` does. */
export type LookupFunction = (
  hostname: string,
  options: { readonly family: number; readonly all: false; readonly hints: number },
  callback: (error: Error | null, address: string, family: number) => void,
) => void;

/** Where and how `connect` connects. */
export interface NetConnectOptions {
  readonly port?: number | string | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly family?: number | undefined;
  readonly lookup?: LookupFunction | undefined;
  readonly noDelay?: boolean | undefined;
  readonly keepAlive?: boolean | undefined;
  /** Milliseconds without traffic after which `"timeout"` is emitted. Taken by `createConnection`, not by `Socket.connect`. */
  readonly timeout?: number | undefined;
}

/** Where and how `listen` listens. */
export interface NetListenOptions {
  readonly port?: number | string | null | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly backlog?: number | undefined;
  readonly ipv6Only?: boolean | undefined;
  readonly reusePort?: boolean | undefined;
  /** Closes the server. */
  readonly signal?: AbortSignal | undefined;
}

export interface NetArguments<Options> {
  readonly options: Options;
  readonly callback: (() => void) | undefined;
}

/** `(options, callback?)`, `(path, callback?)`, `(port, host?, callback?)`. */
export function connectArguments(args: readonly unknown[]): NetArguments<NetConnectOptions> {
  const [first, second] = args;
  const callback = callbackOf(args);
  if (isObject(first)) return { options: first, callback };
  if (isPath(first)) return { options: { path: first }, callback };
  const host = typeof second === "string" ? second : undefined;
  return { options: { port: first as number, host }, callback };
}

/** `(options, callback?)`, `(path, backlog?, callback?)`, `(port?, host?, backlog?, callback?)`. */
export function listenArguments(args: readonly unknown[]): NetArguments<NetListenOptions> {
  const [first, ...others] = args;
  const callback = callbackOf(args);
  if (isObject(first)) {
    if ("_handle" in first || "fd" in first || "handle" in first) {
      throw usageError(
        "ERR_INVALID_ARG_VALUE",
        `Cannot listen on ${inspect(first, { depth: 0 })}: it is a handle of the system, expected a port or a path`,
        TypeError,
      );
    }
    const { port, path } = first as NetListenOptions;
    if (port === undefined && path === undefined) {
      throw usageError(
        "ERR_INVALID_ARG_VALUE",
        `Cannot listen on ${inspect(first, { depth: 0 })}: expected it to have a "port" or a "path"`,
        TypeError,
      );
    }
    return { options: first, callback };
  }
  const host = others.find((argument) => typeof argument === "string");
  const backlog = others.find((argument) => typeof argument === "number");
  if (isPath(first)) return { options: { path: first, backlog }, callback };
  const isNone = first === undefined || first === null || typeof first === "function";
  return { options: { port: isNone ? 0 : (first as number), host, backlog }, callback };
}

/** The number that `port` stands for. Throws as Node does where it is none. */
export function checkedPort(port: unknown, name: string): number {
  const isText = typeof port === "string" && port.trim() !== "";
  const number = typeof port === "number" || isText ? Number(port) : Number.NaN;
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw usageError("ERR_SOCKET_BAD_PORT", `${name} should be >= 0 and < 65536. Received ${inspect(port)}.`, RangeError);
}

function callbackOf(args: readonly unknown[]): (() => void) | undefined {
  const last = args.at(-1);
  return typeof last === "function" ? (last as () => void) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Text that is no number names a UNIX socket. */
function isPath(value: unknown): value is string {
  return typeof value === "string" && !(Number(value) >= 0);
}
