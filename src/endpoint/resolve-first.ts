/** From a lookup that tells of many addresses to a Deferred for one. */
import { Deferred } from "../deferred/deferred.ts";
import { cancelledBy } from "../deferred/errors.ts";
import type { InternetAddress } from "../transport/address.ts";
import { DNSLookupError } from "../transport/errors.ts";
import type { HostResolution, NameResolver, ResolutionOptions, ResolutionReceiver } from "./name-resolver.ts";

/**
 * Fires with the first address of `hostName`, and fails with `DNSLookupError` where there is none. Cancelling it gives the lookup up.
 *
 * @example
 * import { IPv4Address } from "hawser/transport";
 * const address = await resolveFirst(new SystemNameResolver(), "127.0.0.1", { port: 80 });
 * assert.ok(address.equals(new IPv4Address("TCP", "127.0.0.1", 80)));
 */
export function resolveFirst(
  resolver: NameResolver,
  hostName: string,
  options: ResolutionOptions = {},
): Deferred<InternetAddress> {
  const receiver = new FirstAddress(hostName);
  try {
    resolver.resolveHostName(receiver, hostName, options);
  } catch (error) {
    receiver.fail(error);
  }
  return receiver.address;
}

class FirstAddress implements ResolutionReceiver {
  readonly #hostName: string;
  #resolution: HostResolution | undefined = undefined;

  readonly address: Deferred<InternetAddress> = new Deferred<InternetAddress>((deferred, cause) => {
    // First, for to give the lookup up ends it.
    deferred.errback(cancelledBy(cause));
    this.#resolution?.cancel();
  });

  constructor(hostName: string) {
    this.#hostName = hostName;
  }

  resolutionBegan(resolution: HostResolution): void {
    this.#resolution = resolution;
  }

  addressResolved(address: InternetAddress): void {
    if (!this.address.called) this.address.callback(address);
  }

  resolutionComplete(): void {
    this.fail(noAddress(this.#hostName));
  }

  fail(reason: unknown): void {
    if (!this.address.called) this.address.errback(reason);
  }
}

/** The error for a name for which no address was found. */
export function noAddress(hostName: string): DNSLookupError {
  return new DNSLookupError(`No address was found for "${hostName}"`);
}
