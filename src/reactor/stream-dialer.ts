/** How a backend connects streams. */
import type { HostAndPort } from "../transport/address.ts";
import type { ConnectionOwner } from "../transport/stream-connection.ts";
import type { Attempt, AttemptResult } from "./base-connector.ts";
import { runtimeLoop } from "./event-loop.ts";
import type { EventLoop } from "./event-loop.ts";

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
  /** Whether the lock of a UNIX socket says that somebody listens there; without it, the lock file beside the socket does. */
  isLocked?(path: string): boolean;
}

/** An attempt that fails before it has begun; its result is told in a later turn of the loop. */
export function failSoon(result: AttemptResult, error: unknown, loop: EventLoop = runtimeLoop): Attempt {
  const soon = loop.soon(() => result.failed(error));
  return { cancel: () => loop.cancelSoon(soon) };
}
