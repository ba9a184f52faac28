/** A name resolver that knows what a test tells it, and says it at once. */
import { isIP } from "node:net";
import type { HostResolution, NameResolver, ResolutionOptions, ResolutionReceiver } from "../endpoint/name-resolver.ts";
import type { InternetAddress } from "../transport/address.ts";
import { internetAddress } from "../transport/ports.ts";

/**
 * Looks names up in a table, before `resolveHostName` returns. An IP address is its own; a name that is not in the table has no
 * addresses.
 *
 * @example
 * import type { ResolutionReceiver } from "hawser/endpoint";
 * const resolver = new SynchronousResolver({ "example.com": ["192.0.2.1", "2001:db8::1"] });
 * const found: string[] = [];
 * const receiver: ResolutionReceiver = {
 *   resolutionBegan: () => {},
 *   addressResolved: (address) => found.push(address.host),
 *   resolutionComplete: () => {},
 * };
 * resolver.resolveHostName(receiver, "example.com", { port: 80 });
 * assert.deepEqual(found, ["192.0.2.1", "2001:db8::1"]);
 */
export class SynchronousResolver implements NameResolver {
  /** The names that have been looked up, in order. */
  readonly lookups: string[] = [];
  readonly #hosts: Map<string, readonly string[]>;

  /** @param hosts the IP addresses of each name */
  constructor(hosts: Readonly<Record<string, string | readonly string[]>> = {}) {
    const entries = Object.entries(hosts).map(([name, addresses]) => [name, [addresses].flat()] as const);
    for (const [name, addresses] of entries) {
      for (const address of addresses) {
        if (isIP(address) === 0) {
          throw new TypeError(
            `Cannot let "${name}" be at ${JSON.stringify(address)}: expected an IPv4 or IPv6 address`,
          );
        }
      }
    }
    this.#hosts = new Map(entries);
  }

  resolveHostName(receiver: ResolutionReceiver, hostName: string, options: ResolutionOptions = {}): HostResolution {
    this.lookups.push(hostName);
    let cancelled = false;
    const resolution: HostResolution = { name: hostName, cancel: () => (cancelled = true) };
    receiver.resolutionBegan(resolution);
    for (const address of this.#addressesOf(hostName, options)) {
      // The receiver may have enough.
      if (cancelled) break;
      receiver.addressResolved(address);
    }
    receiver.resolutionComplete();
    return resolution;
  }

  #addressesOf(hostName: string, options: ResolutionOptions): InternetAddress[] {
    const { port = 0, addressTypes = ["ipv4", "ipv6"], transportSemantics = "TCP" } = options;
    const hosts = isIP(hostName) === 0 ? (this.#hosts.get(hostName) ?? []) : [hostName];
    return hosts
      .filter((host) => addressTypes.includes(isIP(host) === 6 ? "ipv6" : "ipv4"))
      .map((host) => internetAddress(transportSemantics, host, port));
  }
}
