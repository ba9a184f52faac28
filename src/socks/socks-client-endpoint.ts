/** Client endpoints that connect through a SOCKS proxy. */
import { isIP } from "node:net";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import type { FactoryOf, StreamClientEndpoint } from "../endpoint/endpoint.ts";
import { ProxyAuthenticationError, ProxyConnectError, connectThrough } from "../endpoint/tunnel.ts";
import type { TunnelNegotiation, TunnelOptions } from "../endpoint/tunnel.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { HostnameAddress } from "../transport/address.ts";
import type { Address } from "../transport/address.ts";
import { checkPort, internetAddress } from "../transport/ports.ts";
import { SOCKSClientMachine } from "./wire/client-machine.ts";
import { ANONYMOUS, CREDENTIALS } from "./wire/server-machine.ts";

export interface SOCKS5ClientOptions extends TunnelOptions {
  /** Who to say that this is, to a proxy that asks; nobody unless told otherwise. */
  readonly username?: string;
  readonly password?: string;
}

export interface SOCKS4ClientOptions extends TunnelOptions {
  /** Who to say that this is; nobody unless told otherwise. */
  readonly userID?: string;
}

/** Where to connect to, through a proxy. */
abstract class SOCKSClientEndpoint implements StreamClientEndpoint {
  readonly #clock: Pick<ReactorTime, "callLater">;
  readonly #proxy: StreamClientEndpoint;
  readonly #destination: Address;
  readonly #options: TunnelOptions;

  constructor(
    clock: Pick<ReactorTime, "callLater">,
    proxy: StreamClientEndpoint,
    host: string,
    port: number,
    options: TunnelOptions,
  ) {
    this.#clock = clock;
    this.#proxy = proxy;
    checkPort("connect to", port);
    this.#destination = isIP(host) === 0 ? new HostnameAddress(host, port) : internetAddress("TCP", host, port);
    this.#options = options;
  }

  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    const { negotiation } = this;
    return connectThrough(this.#clock, this.#proxy, factory, this.#destination, negotiation(), this.#options);
  }

  protected abstract readonly negotiation: () => TunnelNegotiation;
}

/**
 * Connects to a port of a host through a SOCKS proxy of version 5, to which `proxy` connects. The proxy looks the name up.
 *
 * `connect` fails with what connecting to the proxy fails with; with `ProxyAuthenticationError` where the proxy does not take who this is, with `ProxyConnectError`
 * where it does not connect, whose `reply` says why, and with `TimeoutError` when the time is over.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * import { TCP4ClientEndpoint } from "hawser/endpoint";
 * import { MemoryReactor, MemoryReactorClock } from "hawser/testing";
 * import { ConnectError } from "hawser/transport";
 * const reactor = new MemoryReactorClock();
 * const proxy = new TCP4ClientEndpoint(reactor, "192.0.2.1", 1080);
 * const endpoint = new SOCKS5ClientEndpoint(reactor, proxy, "www.example.com", 80, { username: "ada", password: "secret" });
 * const connecting = endpoint.connect(Factory.forProtocol(Protocol));
 * connecting.addErrback((failure) => failure.trap(ConnectError));
 * connecting.cancel();
 */
export class SOCKS5ClientEndpoint extends SOCKSClientEndpoint {
  protected readonly negotiation: () => TunnelNegotiation;

  constructor(
    clock: Pick<ReactorTime, "callLater">,
    proxy: StreamClientEndpoint,
    host: string,
    port: number,
    options: SOCKS5ClientOptions = {},
  ) {
    super(clock, proxy, host, port, options);
    this.negotiation = () => new Negotiation5(host, port, options);
  }
}

/**
 * Connects to a port of a host through a SOCKS proxy of version 4, or of version 4a where `host` is a name.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * import { TCP4ClientEndpoint } from "hawser/endpoint";
 * import { MemoryReactorClock } from "hawser/testing";
 * import { ConnectError } from "hawser/transport";
 * const reactor = new MemoryReactorClock();
 * const proxy = new TCP4ClientEndpoint(reactor, "192.0.2.1", 1080);
 * const connecting = new SOCKS4ClientEndpoint(reactor, proxy, "198.51.100.7", 80).connect(Factory.forProtocol(Protocol));
 * connecting.addErrback((failure) => failure.trap(ConnectError));
 * connecting.cancel();
 */
export class SOCKS4ClientEndpoint extends SOCKSClientEndpoint {
  protected readonly negotiation: () => TunnelNegotiation;

  constructor(
    clock: Pick<ReactorTime, "callLater">,
    proxy: StreamClientEndpoint,
    host: string,
    port: number,
    options: SOCKS4ClientOptions = {},
  ) {
    super(clock, proxy, host, port, options);
    this.negotiation = () => new Negotiation4(host, port, options.userID ?? "");
  }
}

/** What both versions have in common. */
abstract class Negotiation implements TunnelNegotiation {
  protected readonly machine: SOCKSClientMachine;

  constructor(version: 4 | 5) {
    this.machine = new SOCKSClientMachine(version);
  }

  abstract begin(): Uint8Array;

  receive(chunk: Uint8Array): void {
    this.machine.receive(chunk);
  }

  step(): Uint8Array | "needData" | "open" {
    const event = this.machine.nextEvent();
    if (event === "needData") return event;
    switch (event.type) {
      case "method":
        return this.answerMethod(event.method);
      case "credentials checked":
        if (event.accepted) return this.request();
        throw new ProxyAuthenticationError("The proxy does not take the username and the password");
      case "reply":
        if (event.outcome === "succeeded") return "open";
        throw new ProxyConnectError(`The proxy has not connected: ${event.outcome}`, { reply: event.outcome });
      default:
        return event satisfies never;
    }
  }

  takeRest(): Buffer {
    return this.machine.takeRest();
  }

  protected abstract request(): Uint8Array;

  protected abstract answerMethod(method: number | undefined): Uint8Array;
}

class Negotiation5 extends Negotiation {
  readonly #host: string;
  readonly #port: number;
  readonly #options: SOCKS5ClientOptions;

  constructor(host: string, port: number, options: SOCKS5ClientOptions) {
    super(5);
    this.#host = host;
    this.#port = port;
    this.#options = options;
  }

  begin(): Uint8Array {
    const methods = this.#options.username === undefined ? [ANONYMOUS] : [ANONYMOUS, CREDENTIALS];
    return this.machine.send({ type: "methods", methods });
  }

  protected answerMethod(method: number | undefined): Uint8Array {
    if (method === ANONYMOUS) return this.request();
    const { username, password = "" } = this.#options;
    if (method === undefined || username === undefined) {
      const said = username === undefined ? "has not been told" : "is not to be told with a password";
      throw new ProxyAuthenticationError(`The proxy wants to know who this is, which it ${said}`);
    }
    return this.machine.send({ type: "credentials", username, password });
  }

  protected request(): Uint8Array {
    return this.machine.send({ type: "request", command: "connect", host: this.#host, port: this.#port });
  }
}

class Negotiation4 extends Negotiation {
  readonly #host: string;
  readonly #port: number;
  readonly #userID: string;

  constructor(host: string, port: number, userID: string) {
    super(4);
    this.#host = host;
    this.#port = port;
    this.#userID = userID;
  }

  begin(): Uint8Array {
    return this.request();
  }

  protected request(): Uint8Array {
    const [host, port, userID] = [this.#host, this.#port, this.#userID];
    return this.machine.send({ type: "request", command: "connect", host, port, userID });
  }

  /** There are no methods in version 4. */
  protected answerMethod(): Uint8Array {
    return this.request();
  }
}
