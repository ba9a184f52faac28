/** Looks a name up for a socket: with the function that the caller brought, else with the reactor's resolver. */
import { isIP } from "node:net";
import { resolveFirst } from "../../endpoint/resolve-first.ts";
import { resolvePreferringIPv4 } from "../../reactor/resolve.ts";
import type { ForeignReactor } from "./foreign-reactor.ts";
import type { LookupFunction } from "./net-arguments.ts";
import { lookupError } from "./node-error.ts";

export interface LookupOptions {
  readonly port: number;
  readonly family?: number | undefined;
  readonly lookup?: LookupFunction | undefined;
}

/** Calls `told` in a later tick, with the address or with an error as Node's. */
export function lookUp(
  reactor: ForeignReactor,
  hostname: string,
  { port, family = 0, lookup }: LookupOptions,
  told: (error: Error | null, address: string | undefined, family: number | undefined) => void,
): void {
  if (lookup !== undefined) {
    lookup(hostname, { family, all: false, hints: 0 }, told);
    return;
  }
  const found =
    family === 4 || family === 6
      ? resolveFirst(reactor.nameResolver, hostname, { port, addressTypes: [family === 4 ? "ipv4" : "ipv6"] })
      : resolvePreferringIPv4(reactor.nameResolver, hostname, port);
  found.addCallbacks(
    ({ host }) => process.nextTick(told, null, host, isIP(host)),
    (failure) => process.nextTick(told, lookupError(failure.value, hostname), undefined, undefined),
  );
}
