/**
 * A resolver that finds the addresses which are allowed, and no others. What a name means is asked once, and what was found is what is connected to: a name
 * cannot mean one thing for those who look and another for those who connect.
 */
import type { HostResolution, NameResolver, ResolutionOptions, ResolutionReceiver } from "../endpoint/name-resolver.ts";

export class GuardedResolver implements NameResolver {
  readonly #resolver: NameResolver;
  readonly #allows: (host: string) => boolean;
  #hasRefused = false;

  constructor(resolver: NameResolver, allows: (host: string) => boolean) {
    this.#resolver = resolver;
    this.#allows = allows;
  }

  /** Whether an address was found that is not allowed. */
  get hasRefused(): boolean {
    return this.#hasRefused;
  }

  resolveHostName(receiver: ResolutionReceiver, hostName: string, options?: ResolutionOptions): HostResolution {
    return this.#resolver.resolveHostName(
      {
        resolutionBegan: (resolution) => receiver.resolutionBegan(resolution),
        addressResolved: (address) => {
          if (this.#allows(address.host)) receiver.addressResolved(address);
          else this.#hasRefused = true;
        },
        resolutionComplete: () => receiver.resolutionComplete(),
      },
      hostName,
      options,
    );
  }
}
