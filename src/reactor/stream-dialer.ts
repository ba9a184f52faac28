/** How a backend connects streams. */
import type { HostAndPort } from "../transport/address.ts";
import type { ConnectionOwner } from "../transport/stream-connection.ts";
import type { Attempt, AttemptResult } from "./base-connector.ts";

export interface StreamDialer {
  /** Connects to an IP address. The connection belongs to `owner`. */
  dialTCP(
    destination: HostAndPort,
    from: Partial<HostAndPort> | undefined,
    owner: ConnectionOwner,
    result: AttemptResult,
  ): Attempt;
  /** Connects to a UNIX socket. */
  dialUNIX(path: string, owner: ConnectionOwner, result: AttemptResult): Attempt;
}

/** An attempt that fails before it has begun; its result is told in a later turn. */
export function failSoon(result: AttemptResult, error: unknown): Attempt {
  const soon = setImmediate(() => result.failed(error));
  return { cancel: () => clearImmediate(soon) };
}
