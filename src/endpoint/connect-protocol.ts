/** Connecting without a factory. */
import type { Deferred } from "../deferred/deferred.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { FactoryOf, StreamClientEndpoint } from "./endpoint.ts";

/**
 * Connects `protocol`; the Deferred is that of `endpoint.connect`.
 *
 * @example
 * import { Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * import { ConnectingCancelledError } from "hawser/transport";
 * const endpoint = new TCP4ClientEndpoint(new MemoryReactor(), "127.0.0.1", 8007);
 * const connected = connectProtocol(endpoint, new Protocol());
 * connected.addErrback((failure) => failure.trap(ConnectingCancelledError));
 * connected.cancel();
 */
export function connectProtocol<P extends ProtocolLike>(endpoint: StreamClientEndpoint, protocol: P): Deferred<P> {
  return endpoint.connect(new OneShotFactory(protocol));
}

class OneShotFactory<P extends ProtocolLike> implements FactoryOf<P> {
  #protocol: P | null;

  constructor(protocol: P) {
    this.#protocol = protocol;
  }

  doStart(): void {}

  doStop(): void {}

  /** Answers the protocol once: one that could not be connected is not to be connected again. */
  buildProtocol(): P | null {
    const protocol = this.#protocol;
    this.#protocol = null;
    return protocol;
  }
}
