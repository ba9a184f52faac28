/** The endpoint for connecting to a host by name. */
import { isIP } from "node:net";
import { inspect } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { fail } from "../deferred/maybe-deferred.ts";
import { inspectable } from "../inspectable.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { ConnectTCPOptions, ReactorNames, ReactorTCP } from "../reactor/reactor.ts";
import { HostnameAddress } from "../transport/address.ts";
import { InvalidAddressError } from "../transport/errors.ts";
import type { FactoryOf, StreamClientEndpoint } from "./endpoint.ts";
import { HappyEyeballs } from "./happy-eyeballs.ts";
import type { AddressFamily, HappyEyeballsTiming } from "./happy-eyeballs.ts";
import { hostText, hostToConnect } from "./host-text.ts";
import type { ResolutionOptions } from "./name-resolver.ts";
import { CONNECT_TIMEOUT } from "./tcp.ts";
import { connectOnce } from "./wrapping-factory.ts";

export interface HostnameEndpointOptions extends ConnectTCPOptions {
  /** The seconds after which connecting fails: the lookup and all attempts together. 30 unless told otherwise, 0 for no limit. */
  readonly timeout?: number;
  /** The seconds after which the next address is tried beside one that has not answered; 0.3 unless told otherwise. */
  readonly attemptDelay?: number;
  /** The seconds for which the first address found waits for one of the preferred family; 0.05 unless told otherwise. */
  readonly resolutionDelay?: number;
  /** The family that is tried first; `"ipv6"` unless told otherwise. */
  readonly firstFamily?: AddressFamily;
}

/**
 * Connects to a TCP port of a host, by whichever of its addresses answers first (RFC 8305, happy eyeballs). The addresses are those that the
 * reactor's `nameResolver` finds; `host` may also be an address.
 *
 * `connect` fails with `InvalidAddressError` where `host` cannot be a name, with `DNSLookupError` where it has no address, with
 * `TimeoutError` when the time is over, and where all attempts have failed, with the last one's failure.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactorClock } from "hawser/testing";
 * import { ConnectError } from "hawser/transport";
 * const endpoint = new HostnameEndpoint(new MemoryReactorClock(), "www.example.com", 80, { timeout: 10 });
 * const connecting = endpoint.connect(Factory.forProtocol(Protocol));
 * connecting.addErrback((failure) => failure.trap(ConnectError));
 * connecting.cancel();
 */
export class HostnameEndpoint implements StreamClientEndpoint {
  readonly #reactor: ReactorTCP & ReactorTime & Pick<ReactorNames, "nameResolver">;
  readonly #host: string;
  readonly #port: number;
  readonly #timing: HappyEyeballsTiming;
  readonly #options: ConnectTCPOptions;

  constructor(
    reactor: ReactorTCP & ReactorTime & Pick<ReactorNames, "nameResolver">,
    host: string,
    port: number,
    options: HostnameEndpointOptions = {},
  ) {
    const { attemptDelay = 0.3, resolutionDelay = 0.05, firstFamily = "ipv6", ...connectOptions } = options;
    const timeout = connectOptions.timeout ?? CONNECT_TIMEOUT;
    if (typeof host !== "string")
      throw new TypeError(`Cannot connect to ${inspect(host)}: expected a host name as a string`);
    requireSeconds({ timeout, attemptDelay, resolutionDelay });
    if (firstFamily !== "ipv4" && firstFamily !== "ipv6") {
      throw new RangeError(`Cannot prefer the family ${inspect(firstFamily)}: expected "ipv4" or "ipv6"`);
    }
    this.#reactor = reactor;
    this.#host = host;
    this.#port = port;
    this.#timing = { timeout: timeout === 0 ? Infinity : timeout, attemptDelay, resolutionDelay, firstFamily };
    this.#options = { ...connectOptions, timeout };
  }

  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    const host = hostText(this.#host);
    if (host === undefined) return fail(invalidHost(this.#host));
    const target = new HostnameAddress(host, this.#port);
    const race = new HappyEyeballs<P>(target, this.#reactor, this.#timing, (address) =>
      connectOnce(factory, (wrapped) =>
        this.#reactor.connectTCP(hostToConnect(address), address.port, wrapped, this.#options),
      ),
    );
    try {
      this.#reactor.nameResolver.resolveHostName(race, host, this.#resolutionOptions());
    } catch (error) {
      race.fail(error);
    }
    return race.winner;
  }

  toString(): string {
    const host = hostText(this.#host) ?? JSON.stringify(this.#host);
    return `<HostnameEndpoint ${isIP(host) === 6 ? `[${host}]` : host}:${this.#port}>`;
  }

  /** From an address of one family, no address of the other can be reached. */
  #resolutionOptions(): ResolutionOptions {
    const family = isIP(this.#options.bindAddress?.host ?? "");
    if (family === 0) return { port: this.#port };
    return { port: this.#port, addressTypes: [family === 6 ? "ipv6" : "ipv4"] };
  }

  static {
    inspectable(this.prototype, (endpoint) => endpoint.toString());
  }
}

function invalidHost(host: string): InvalidAddressError {
  const message = `Cannot connect to ${JSON.stringify(host)}: it is no host, expected a name or an IP address`;
  return new InvalidAddressError(host, message);
}

function requireSeconds(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== "number")
      throw new TypeError(`Cannot use ${inspect(value)} as ${name}: expected a number of seconds`);
    if (!(value >= 0)) throw new RangeError(`Cannot use ${value} as ${name}: expected a number of seconds, 0 or more`);
  }
}
