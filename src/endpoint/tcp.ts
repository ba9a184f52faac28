/** Endpoints of TCP, each for one family of addresses. `HostnameEndpoint` is the client for both. */
import { isIPv6 } from "node:net";
import type { Deferred } from "../deferred/deferred.ts";
import { CancelledError } from "../deferred/errors.ts";
import { Failure } from "../deferred/failure.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { ConnectTCPOptions, ListenTCPOptions, ReactorNames, ReactorTCP } from "../reactor/reactor.ts";
import { HostnameAddress } from "../transport/address.ts";
import type { ListeningPort } from "../transport/transport.ts";
import type { FactoryOf, StreamClientEndpoint, StreamServerEndpoint } from "./endpoint.ts";
import { hostToConnect } from "./host-text.ts";
import { openPort } from "./open-port.ts";
import { resolveFirst } from "./resolve-first.ts";
import { cancelled, connectOnce } from "./wrapping-factory.ts";

/** The seconds after which connecting fails. */
export const CONNECT_TIMEOUT: number = 30;

/** How many connections may wait to be accepted. */
export const BACKLOG: number = 50;

/** The endpoints of both families differ in the interface that stands for all addresses. */
abstract class TCPServerEndpoint implements StreamServerEndpoint {
  readonly #reactor: ReactorTCP;
  readonly #port: number;
  readonly #options: ListenTCPOptions;

  constructor(reactor: ReactorTCP, port: number, options: ListenTCPOptions) {
    this.#reactor = reactor;
    this.#port = port;
    this.#options = { backlog: BACKLOG, ...options };
  }

  listen(factory: FactoryLike): Deferred<ListeningPort> {
    return openPort(() => this.#reactor.listenTCP(this.#port, factory, this.#options));
  }
}

/**
 * Listens on a TCP port, on IPv4: on all addresses, or on the one that `interface` names.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * const reactor = new MemoryReactor();
 * const endpoint = new TCP4ServerEndpoint(reactor, 8007, { interface: "127.0.0.1" });
 * const port = await endpoint.listen(Factory.forProtocol(Protocol));
 * assert.equal(reactor.tcpServers[0]?.interface, "127.0.0.1");
 * await port.stopListening();
 */
export class TCP4ServerEndpoint extends TCPServerEndpoint {
  constructor(reactor: ReactorTCP, port: number, options: ListenTCPOptions = {}) {
    super(reactor, port, { interface: "", ...options });
  }
}

/**
 * Listens on a TCP port, on IPv6: on all addresses, or on the one that `interface` names.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * const reactor = new MemoryReactor();
 * await new TCP6ServerEndpoint(reactor, 8007).listen(Factory.forProtocol(Protocol));
 * assert.equal(reactor.tcpServers[0]?.interface, "::");
 */
export class TCP6ServerEndpoint extends TCPServerEndpoint {
  constructor(reactor: ReactorTCP, port: number, options: ListenTCPOptions = {}) {
    super(reactor, port, { interface: "::", ...options });
  }
}

/**
 * Connects to a TCP port: of an address, or of the first IPv4 address of a name.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * import { ConnectingCancelledError } from "hawser/transport";
 * const endpoint = new TCP4ClientEndpoint(new MemoryReactor(), "192.0.2.1", 8007, { timeout: 5 });
 * const connected = endpoint.connect(Factory.forProtocol(Protocol));
 * connected.addCallback((protocol) => protocol.transport.write("hello"));
 * connected.addErrback((failure) => failure.trap(ConnectingCancelledError));
 * connected.cancel();
 */
export class TCP4ClientEndpoint implements StreamClientEndpoint {
  readonly #reactor: ReactorTCP;
  readonly #host: string;
  readonly #port: number;
  readonly #options: ConnectTCPOptions;

  constructor(reactor: ReactorTCP, host: string, port: number, options: ConnectTCPOptions = {}) {
    this.#reactor = reactor;
    this.#host = host;
    this.#port = port;
    this.#options = { timeout: CONNECT_TIMEOUT, ...options };
  }

  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    return connectOnce(factory, (wrapped) => this.#reactor.connectTCP(this.#host, this.#port, wrapped, this.#options));
  }
}

/**
 * Connects to a TCP port: of an IPv6 address, or of the first IPv6 address of a name.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * import { DNSLookupError } from "hawser/transport";
 * const endpoint = new TCP6ClientEndpoint(new MemoryReactor(), "ipv4only.example", 8007);
 * const connected = endpoint.connect(Factory.forProtocol(Protocol));
 * connected.addErrback((failure) => failure.trap(DNSLookupError));
 */
export class TCP6ClientEndpoint implements StreamClientEndpoint {
  readonly #reactor: ReactorTCP & Pick<ReactorNames, "nameResolver">;
  readonly #host: string;
  readonly #port: number;
  readonly #options: ConnectTCPOptions;

  constructor(
    reactor: ReactorTCP & Pick<ReactorNames, "nameResolver">,
    host: string,
    port: number,
    options: ConnectTCPOptions = {},
  ) {
    this.#reactor = reactor;
    this.#host = host;
    this.#port = port;
    this.#options = { timeout: CONNECT_TIMEOUT, ...options };
  }

  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    if (isIPv6(this.#host)) return this.#connectTo(this.#host, factory);
    return resolveFirst(this.#reactor.nameResolver, this.#host, { port: this.#port, addressTypes: ["ipv6"] })
      .addErrback((failure) => this.#notResolved(failure))
      .addCallback((address) => this.#connectTo(hostToConnect(address), factory));
  }

  #connectTo<P extends ProtocolLike>(host: string, factory: FactoryOf<P>): Deferred<P> {
    return connectOnce(factory, (wrapped) => this.#reactor.connectTCP(host, this.#port, wrapped, this.#options));
  }

  #notResolved(failure: Failure): Failure {
    if (failure.check(CancelledError) === null) return failure;
    return new Failure(cancelled(new HostnameAddress(this.#host, this.#port), failure.cause));
  }
}
