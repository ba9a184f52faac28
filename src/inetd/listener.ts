/** What opens the port of a service. */
import type { Deferred } from "../deferred/deferred.ts";
import type { Address } from "../transport/address.ts";

export interface Listener {
  /** Opens the port on `port`, or what the system chooses where that is 0. Fires with where it is, and fails with `CannotListenError`. */
  open(port: number): Deferred<Address>;
  close(): Deferred<unknown>;
  /** Takes nothing for now, where it can: what comes waits in the system. */
  hold(): void;
  /** Takes what comes again. */
  release(): void;
}

/** Who says what a listener may take. */
export interface Gate {
  /** Whether one more may be taken. */
  admits(): boolean;
  /** Takes one from `peer`, after `admits`; false where that has its share. */
  begin(peer: string): boolean;
  /** What was taken from `peer` is over. */
  end(peer: string): void;
}

/** What peers are told apart by: their hosts. Over UNIX sockets all are one. */
export function peerOf(address: Address): string {
  return "host" in address ? address.host : "";
}
