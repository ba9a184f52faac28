/** What reactors ask of a resolver that finds many addresses: one. */
import { Deferred } from "../deferred/deferred.ts";
import { cancelledBy } from "../deferred/errors.ts";
import type { HostResolution, NameResolver } from "../endpoint/name-resolver.ts";
import { noAddress, resolveFirst } from "../endpoint/resolve-first.ts";
import type { InternetAddress } from "../transport/address.ts";

/** A Deferred for the first IPv4 address of a host; it fails with `DNSLookupError` where there is none. */
export function resolveIPv4(resolver: NameResolver, name: string): Deferred<string> {
  return resolveFirst(resolver, name, { addressTypes: ["ipv4"] }).addCallback((address) => address.host);
}

/** A Deferred for the first IPv4 address of a host, or its first IPv6 address where it has no other. */
export function resolvePreferringIPv4(resolver: NameResolver, name: string, port: number): Deferred<InternetAddress> {
  let lookup: HostResolution | undefined;
  let other: InternetAddress | undefined;
  const found = new Deferred<InternetAddress>((deferred, cause) => {
    // First, for to give the lookup up ends it.
    deferred.errback(cancelledBy(cause));
    lookup?.cancel();
  });
  resolver.resolveHostName(
    {
      resolutionBegan: (resolution) => (lookup = resolution),
      addressResolved: (address) => {
        if (found.called) return;
        if (address.host.includes(":")) other ??= address;
        else found.callback(address);
      },
      resolutionComplete: () => {
        if (found.called) return;
        if (other === undefined) found.errback(noAddress(name));
        else found.callback(other);
      },
    },
    name,
    { port, transportSemantics: "TCP" },
  );
  return found;
}
