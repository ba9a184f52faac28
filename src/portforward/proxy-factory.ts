/** Forwards the connections to a port to another place. */
import type { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import type { StreamClientEndpoint } from "../endpoint/endpoint.ts";
import { Logger } from "../logger/logger.ts";
import { ClientFactory, Factory } from "../protocol/factory.ts";
import { RelayProtocol } from "../protocol/relay-protocol.ts";
import type { Address } from "../transport/address.ts";

const log = new Logger({ namespace: "hawser.portforward" });

/** The outgoing end: brings itself together with the incoming one when it is connected. */
export class ProxyClient extends RelayProtocol {
  /** The incoming end. */
  server: ProxyServer | null = null;

  override connectionMade(): void {
    const { server } = this;
    if (server === null) return;
    this.joinPeer(server);
    // There is somewhere to send it to.
    server.transport.resumeProducing();
  }
}

/** Makes the outgoing end for one incoming connection. */
export class ProxyClientFactory extends ClientFactory<ProxyClient> {
  override protocol: (new () => ProxyClient) | undefined = ProxyClient;
  override noisy = false;
  #server: ProxyServer | null = null;

  /** Says which incoming connection it is for. */
  setServer(server: ProxyServer): void {
    this.#server = server;
  }

  override buildProtocol(address: Address): ProxyClient | null {
    const protocol = super.buildProtocol(address);
    if (protocol !== null) protocol.server = this.#server;
    return protocol;
  }
}

/** The incoming end: connects to where its factory says, and reads nothing until that has come about. */
export class ProxyServer extends RelayProtocol {
  declare factory: ProxyFactory;
  /** The class of factories for the outgoing end. */
  clientProtocolFactory: new () => ProxyClientFactory = ProxyClientFactory;
  #connecting: Deferred<unknown> | undefined = undefined;

  override connectionMade(): void {
    this.transport.pauseProducing();
    const factory = new this.clientProtocolFactory();
    factory.setServer(this);
    const connecting = this.factory.endpoint.connect(factory);
    this.#connecting = connecting;
    connecting.addCallbacks(
      () => (this.#connecting = undefined),
      (reason) => this.#notConnected(reason),
    );
  }

  override connectionLost(reason: Failure): void {
    super.connectionLost(reason);
    const connecting = this.#connecting;
    this.#connecting = undefined;
    connecting?.cancel();
  }

  #notConnected(reason: Failure): void {
    // The connection was lost first.
    if (this.#connecting === undefined) return;
    this.#connecting = undefined;
    const { factory } = this;
    if (factory.noisy)
      log.info("Unable to connect to peer: {reason}", { reason: reason.getErrorMessage(), failure: reason });
    this.transport.loseConnection();
  }
}

/**
 * Forwards each connection to `endpoint`: bytes, in both directions, with their ends.
 *
 * A connection is read when the one to the endpoint is there, and no faster than the other end takes it. Where the endpoint cannot be reached, it is closed.
 *
 * @example
 * import { TCP4ClientEndpoint } from "hawser/endpoint";
 * import { MemoryReactor } from "hawser/testing";
 * const reactor = new MemoryReactor();
 * reactor.listenTCP(8080, new ProxyFactory(new TCP4ClientEndpoint(reactor, "192.0.2.1", 80)));
 */
export class ProxyFactory extends Factory<ProxyServer> {
  override protocol: (new () => ProxyServer) | undefined = ProxyServer;
  /** Where connections are forwarded to. */
  readonly endpoint: StreamClientEndpoint;

  constructor(endpoint: StreamClientEndpoint) {
    super();
    this.endpoint = endpoint;
  }
}
