/** Endpoints of UNIX sockets. */
import type { Deferred } from "../deferred/deferred.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { ConnectUNIXOptions, ListenUNIXOptions, ReactorUNIX } from "../reactor/reactor.ts";
import type { ListeningPort } from "../transport/transport.ts";
import type { FactoryOf, StreamClientEndpoint, StreamServerEndpoint } from "./endpoint.ts";
import { openPort } from "./open-port.ts";
import { BACKLOG, CONNECT_TIMEOUT } from "./tcp.ts";
import { connectOnce } from "./wrapping-factory.ts";

/**
 * Listens on a UNIX socket.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * const endpoint = new UNIXServerEndpoint(new MemoryReactor(), "/run/poetry", { mode: 0o660, wantPID: true });
 * await endpoint.listen(Factory.forProtocol(Protocol));
 */
export class UNIXServerEndpoint implements StreamServerEndpoint {
  readonly #reactor: ReactorUNIX;
  readonly #address: string;
  readonly #options: ListenUNIXOptions;

  constructor(reactor: ReactorUNIX, address: string, options: ListenUNIXOptions = {}) {
    this.#reactor = reactor;
    this.#address = address;
    this.#options = { backlog: BACKLOG, mode: 0o666, wantPID: false, ...options };
  }

  listen(factory: FactoryLike): Deferred<ListeningPort> {
    return openPort(() => this.#reactor.listenUNIX(this.#address, factory, this.#options));
  }
}

/**
 * Connects to a UNIX socket.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * import { ConnectingCancelledError } from "hawser/transport";
 * const endpoint = new UNIXClientEndpoint(new MemoryReactor(), "/run/poetry", { checkPID: true });
 * const connected = endpoint.connect(Factory.forProtocol(Protocol));
 * connected.addErrback((failure) => failure.trap(ConnectingCancelledError));
 * connected.cancel();
 */
export class UNIXClientEndpoint implements StreamClientEndpoint {
  readonly #reactor: ReactorUNIX;
  readonly #path: string;
  readonly #options: ConnectUNIXOptions;

  constructor(reactor: ReactorUNIX, path: string, options: ConnectUNIXOptions = {}) {
    this.#reactor = reactor;
    this.#path = path;
    this.#options = { timeout: CONNECT_TIMEOUT, checkPID: false, ...options };
  }

  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    return connectOnce(factory, (wrapped) => this.#reactor.connectUNIX(this.#path, wrapped, this.#options));
  }
}
