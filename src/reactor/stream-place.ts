/** Where a port for streams listens. */
import type { SocketLock } from "./unix-lock.ts";

export type StreamPlace =
  | {
      readonly kind: "tcp";
      /** The address to bind. */
      readonly host: string;
      readonly port: number;
      readonly backlog: number;
      /** What the caller gave as the interface; empty for all. */
      readonly interface: string;
      /** Whether others may listen on the same port. */
      readonly reusePort?: boolean;
      /** Whether an IPv6 address takes no IPv4; `true` unless told otherwise. */
      readonly ipv6Only?: boolean;
    }
  | {
      readonly kind: "unix";
      readonly path: string;
      readonly backlog: number;
      /** The permissions of the socket's file. */
      readonly mode: number;
      readonly lock: SocketLock | undefined;
    }
  | { readonly kind: "descriptor"; readonly fd: number };

/** How `CannotListenError` names a place. */
export function nameOfPlace(place: StreamPlace): { readonly interface: string; readonly port: number | null } {
  switch (place.kind) {
    case "tcp":
      return { interface: place.interface, port: place.port };
    case "unix":
      return { interface: place.path, port: null };
    default:
      return { interface: `descriptor ${place.fd}`, port: null };
  }
}

/** The file that a UNIX socket makes, if it makes one: abstract names have none. */
export function fileOfPlace(place: StreamPlace): string | undefined {
  return place.kind === "unix" && !place.path.startsWith("\0") ? place.path : undefined;
}
