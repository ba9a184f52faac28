/** Looking up one address with a resolver that finds many. */
import { Deferred } from "../deferred/deferred.ts";
import type { HostResolution, NameResolver } from "../endpoint/name-resolver.ts";
import { DNSLookupError } from "../transport/errors.ts";

/** A Deferred for the first IPv4 address of a host; it fails with `DNSLookupError` where there is none. */
export function resolveIPv4(resolver: NameResolver, name: string): Deferred<string> {
  let lookup: HostResolution | undefined;
  const address = new Deferred<string>(() => lookup?.cancel());
  lookup = resolver.resolveHostName(
    {
      resolutionBegan: () => {},
      addressResolved: ({ host }) => {
        if (!address.called) address.callback(host);
      },
      resolutionComplete: () => {
        if (!address.called) address.errback(new DNSLookupError(`No address found for "${name}"`));
      },
    },
    name,
    { addressTypes: ["ipv4"] },
  );
  return address;
}
