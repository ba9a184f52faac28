/** Connecting over TCP, by name or by address. */
import { isIP } from "node:net";
import type { Deferred } from "../deferred/deferred.ts";
import type { ClientFactoryLike } from "../protocol/factory.ts";
import { HostnameAddress } from "../transport/address.ts";
import type { Address, HostAndPort, InternetAddress } from "../transport/address.ts";
import { internetAddress } from "../transport/ports.ts";
import { BaseConnector, DEFAULT_TIMEOUT } from "./base-connector.ts";
import type { Attempt, AttemptResult } from "./base-connector.ts";
import type { ConnectTCPOptions } from "./reactor.ts";
import { resolvePreferringIPv4 } from "./resolve.ts";
import type { StreamDialer } from "./stream-dialer.ts";
import type { StreamReactor } from "./stream-reactor.ts";

export class TCPConnector extends BaseConnector {
  readonly #streams: StreamReactor;
  readonly #dialer: StreamDialer;
  readonly #destination: HostAndPort;
  readonly #from: Partial<HostAndPort> | undefined;

  constructor(
    reactor: StreamReactor,
    dialer: StreamDialer,
    destination: HostAndPort,
    factory: ClientFactoryLike,
    options: ConnectTCPOptions,
  ) {
    super(reactor, factory, options.timeout ?? DEFAULT_TIMEOUT);
    this.#streams = reactor;
    this.#dialer = dialer;
    this.#destination = destination;
    this.#from = options.bindAddress;
  }

  override getDestination(): Address {
    const { host, port } = this.#destination;
    return isIP(host) === 0 ? new HostnameAddress(host, port) : internetAddress("TCP", host, port);
  }

  protected override attempt(result: AttemptResult): Attempt {
    const { host, port } = this.#destination;
    if (isIP(host) !== 0) return this.#dial(host, result);
    let current: Attempt | Deferred<InternetAddress>;
    const lookup = resolvePreferringIPv4(this.#streams.nameResolver, host, port);
    current = lookup;
    lookup.addCallbacks(
      (address) => {
        current = this.#dial(address.host, result);
      },
      // A resolver may answer at once; the result of an attempt is told later.
      (failure) => process.nextTick(() => result.failed(failure.value)),
    );
    return { cancel: () => current.cancel() };
  }

  #dial(host: string, result: AttemptResult): Attempt {
    return this.#dialer.dialTCP({ host, port: this.#destination.port }, this.#from, this, result);
  }
}
