/** Client endpoints that connect through an HTTP proxy. */
import { isIP } from "node:net";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { clientFromString, registerClientEndpointParser } from "../endpoint/client-from-string.ts";
import type { EndpointDescription } from "../endpoint/description.ts";
import type { FactoryOf, StreamClientEndpoint } from "../endpoint/endpoint.ts";
import { ProxyAuthenticationError, ProxyConnectError, connectThrough } from "../endpoint/tunnel.ts";
import type { TunnelNegotiation, TunnelOptions } from "../endpoint/tunnel.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { HostnameAddress } from "../transport/address.ts";
import type { Address } from "../transport/address.ts";
import { checkPort, internetAddress } from "../transport/ports.ts";
import { ConnectMachine } from "./wire/connect-machine.ts";
import type { ConnectRequest } from "./wire/connect-machine.ts";

export interface ConnectClientOptions extends TunnelOptions {
  /** Who to say that this is; nobody unless told otherwise. It is said as it is: over TLS, or where nobody listens. */
  readonly username?: string;
  readonly password?: string;
  /** Fields of the request beside the usual. */
  readonly headers?: Readonly<Record<string, string>>;
}

const PROXY_AUTHENTICATION_REQUIRED = 407;
const PORTS = { min: 1, max: 65535 };
const SECONDS = { min: 0, max: Number.MAX_SAFE_INTEGER };

/**
 * Connects to a port of a host through an HTTP proxy that takes `CONNECT`, to which `proxy` connects. The proxy looks the name up.
 *
 * `connect` fails with what connecting to the proxy fails with; with `ProxyAuthenticationError` where the proxy does not take who this is, with `ProxyConnectError`
 * where it does not connect, whose `reply` has its status, and with `TimeoutError` when the time is over.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * import { TCP4ClientEndpoint } from "hawser/endpoint";
 * import { MemoryReactorClock } from "hawser/testing";
 * import { ConnectError } from "hawser/transport";
 * const reactor = new MemoryReactorClock();
 * const proxy = new TCP4ClientEndpoint(reactor, "192.0.2.1", 3128);
 * const connecting = new ConnectClientEndpoint(reactor, proxy, "www.example.com", 443).connect(Factory.forProtocol(Protocol));
 * connecting.addErrback((failure) => failure.trap(ConnectError));
 * connecting.cancel();
 */
export class ConnectClientEndpoint implements StreamClientEndpoint {
  readonly #clock: Pick<ReactorTime, "callLater">;
  readonly #proxy: StreamClientEndpoint;
  readonly #destination: Address;
  readonly #request: ConnectRequest;
  readonly #options: TunnelOptions;

  constructor(
    clock: Pick<ReactorTime, "callLater">,
    proxy: StreamClientEndpoint,
    host: string,
    port: number,
    options: ConnectClientOptions = {},
  ) {
    const { timeout, ...request } = options;
    this.#clock = clock;
    this.#proxy = proxy;
    checkPort("connect to", port);
    this.#destination = isIP(host) === 0 ? new HostnameAddress(host, port) : internetAddress("TCP", host, port);
    this.#request = { host, port, ...request };
    this.#options = timeout === undefined ? {} : { timeout };
  }

  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    const negotiation = new Negotiation(this.#request);
    return connectThrough(this.#clock, this.#proxy, factory, this.#destination, negotiation, this.#options);
  }
}

class Negotiation implements TunnelNegotiation {
  readonly #machine: ConnectMachine = new ConnectMachine();
  readonly #request: ConnectRequest;

  constructor(request: ConnectRequest) {
    this.#request = request;
  }

  begin(): Uint8Array {
    return this.#machine.send(this.#request);
  }

  receive(chunk: Uint8Array): void {
    this.#machine.receive(chunk);
  }

  step(): "needData" | "open" {
    const response = this.#machine.nextEvent();
    if (response === "needData") return response;
    const { status, reason } = response;
    // "Any 2xx (Successful) response indicates that the sender [...] will switch to tunnel mode."
    if (status >= 200 && status < 300) return "open";
    const reply = `${status} ${reason}`.trim();
    const ErrorClass = status === PROXY_AUTHENTICATION_REQUIRED ? ProxyAuthenticationError : ProxyConnectError;
    throw new ErrorClass(`The proxy has not connected: ${reply}`, { reply });
  }

  takeRest(): Buffer {
    return this.#machine.takeRest();
  }
}

/**
 * Makes descriptions known to `clientFromString`: `connect:host:port:via=tcp\:192.0.2.1\:3128`, with `user=`, `password=` and `timeout=` if wanted. `via`
 * describes how to get to the proxy. `httpproxy:` is the same. Answers a function that makes them unknown again.
 *
 * @example
 * import { clientFromString } from "hawser/endpoint";
 * import { MemoryReactor } from "hawser/testing";
 * registerConnectEndpoints();
 * clientFromString(new MemoryReactor() as never, "connect:www.example.com:443:via=tcp\\:192.0.2.1\\:3128");
 */
export function registerConnectEndpoints(): () => void {
  const forget = ["connect", "httpproxy"].map((prefix) => registerClientEndpointParser(prefix, parse));
  return () => {
    for (const each of forget) each();
  };
}

function parse(reactor: Reactor, description: EndpointDescription): StreamClientEndpoint {
  const args = description.read({ positional: ["host", "port"], named: ["via", "user", "password", "timeout"] });
  if (args.has("password") && !args.has("user")) {
    throw description.wrong("it has password and no user, expected both or neither");
  }
  const proxy = clientFromString(reactor, args.text("via"));
  return new ConnectClientEndpoint(reactor, proxy, args.text("host"), args.integer("port", PORTS), {
    ...(args.has("user") ? { username: args.text("user"), password: args.text("password", "") } : {}),
    ...(args.has("timeout") ? { timeout: args.integer("timeout", SECONDS) } : {}),
  });
}
