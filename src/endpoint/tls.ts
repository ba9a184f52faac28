/** Endpoints that speak TLS: over TCP, and over whatever other endpoints there are. */
import type { Deferred } from "../deferred/deferred.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { ConnectSSLOptions, ListenSSLOptions, ReactorSSL, ReactorTCP } from "../reactor/reactor.ts";
import { checkContextFactory, secureOptions } from "../transport/secure-stream.ts";
import type { SecureOptions, TLSContextFactory } from "../transport/secure-stream.ts";
import type { ListeningPort } from "../transport/transport.ts";
import type { FactoryOf, StreamClientEndpoint, StreamServerEndpoint } from "./endpoint.ts";
import { openPort } from "./open-port.ts";
import { LayeringFactory } from "./layering-factory.ts";
import { BACKLOG, CONNECT_TIMEOUT, TCP4ServerEndpoint } from "./tcp.ts";
import { connectOnce } from "./wrapping-factory.ts";

/** A server endpoint over another one, below which something else can be put: what stands on the wire before TLS. */
export interface LayeredServerEndpoint extends StreamServerEndpoint {
  wrapBelow(wrap: (endpoint: StreamServerEndpoint) => StreamServerEndpoint): StreamServerEndpoint;
}

/**
 * Listens on a TCP port for connections with TLS.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * import { KeyPair } from "hawser/tls";
 * const certificate = KeyPair.generate().selfSignedCert(1, { commonName: "localhost" }, { names: ["localhost"] });
 * new SSL4ServerEndpoint(new MemoryReactor(), 8443, certificate.options(), { interface: "127.0.0.1" });
 */
export class SSL4ServerEndpoint implements LayeredServerEndpoint {
  readonly #reactor: ReactorSSL & ReactorTCP;
  readonly #port: number;
  readonly #contextFactory: TLSContextFactory;
  readonly #options: ListenSSLOptions;

  /** Throws a `TypeError` for what is no context factory, or has no certificate. */
  constructor(
    reactor: ReactorSSL & ReactorTCP,
    port: number,
    contextFactory: TLSContextFactory,
    options: ListenSSLOptions = {},
  ) {
    this.#reactor = reactor;
    this.#port = port;
    this.#contextFactory = checkContextFactory("make a TLS endpoint", contextFactory, "server");
    this.#options = { backlog: BACKLOG, interface: "", ...options };
  }

  listen(factory: FactoryLike): Deferred<ListeningPort> {
    return openPort(() => this.#reactor.listenSSL(this.#port, factory, this.#contextFactory, this.#options));
  }

  wrapBelow(wrap: (endpoint: StreamServerEndpoint) => StreamServerEndpoint): StreamServerEndpoint {
    const below = new TCP4ServerEndpoint(this.#reactor, this.#port, this.#options);
    return wrapServerTLS(this.#contextFactory, wrap(below), this.#options);
  }
}

/**
 * Connects to a TCP port with TLS.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * import { optionsForClientTLS } from "hawser/tls";
 * new SSL4ClientEndpoint(new MemoryReactor(), "192.0.2.1", 443, optionsForClientTLS("example.com"), { timeout: 10 });
 */
export class SSL4ClientEndpoint implements StreamClientEndpoint {
  readonly #reactor: ReactorSSL;
  readonly #host: string;
  readonly #port: number;
  readonly #contextFactory: TLSContextFactory;
  readonly #options: ConnectSSLOptions;

  /** Throws a `TypeError` for what is no context factory for clients. */
  constructor(
    reactor: ReactorSSL,
    host: string,
    port: number,
    contextFactory: TLSContextFactory,
    options: ConnectSSLOptions = {},
  ) {
    this.#reactor = reactor;
    this.#host = host;
    this.#port = port;
    this.#contextFactory = checkContextFactory("make a TLS endpoint", contextFactory, "client");
    this.#options = { timeout: CONNECT_TIMEOUT, ...options };
  }

  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    return connectOnce(factory, (wrapped) =>
      this.#reactor.connectSSL(this.#host, this.#port, wrapped, this.#contextFactory, this.#options),
    );
  }
}

/**
 * An endpoint that connects through `endpoint`, and speaks TLS from the first byte. Throws a `TypeError` for what is no context factory.
 *
 * @example
 * import { MemoryReactorClock } from "hawser/testing";
 * import { optionsForClientTLS } from "hawser/tls";
 * const endpoint = new HostnameEndpoint(new MemoryReactorClock(), "example.com", 443);
 * wrapClientTLS(optionsForClientTLS("example.com"), endpoint);
 */
export function wrapClientTLS(
  connectionCreator: TLSContextFactory,
  endpoint: StreamClientEndpoint,
  options: SecureOptions = {},
): StreamClientEndpoint {
  const contextFactory = checkContextFactory("wrap an endpoint with TLS", connectionCreator, "client");
  return {
    connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
      const layering = new LayeringFactory<P>(factory, contextFactory, secureOptions(options, true));
      return endpoint.connect(layering).addCallback((layered) => layered.protocol);
    },
  };
}

/**
 * An endpoint that listens on `endpoint`, and speaks TLS from the first byte. Throws a `TypeError` for what is no context factory, or has no
 * certificate.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * import { KeyPair } from "hawser/tls";
 * const certificate = KeyPair.generate().selfSignedCert(1, { commonName: "localhost" }, { names: ["localhost"] });
 * wrapServerTLS(certificate.options(), new UNIXServerEndpoint(new MemoryReactor(), "/run/secret"));
 */
export function wrapServerTLS(
  contextFactory: TLSContextFactory,
  endpoint: StreamServerEndpoint,
  options: SecureOptions = {},
): LayeredServerEndpoint {
  checkContextFactory("wrap an endpoint with TLS", contextFactory, "server");
  return {
    listen: (factory) => endpoint.listen(new LayeringFactory(factory, contextFactory, secureOptions(options, false))),
    wrapBelow: (wrap) => wrapServerTLS(contextFactory, wrap(endpoint), options),
  };
}
