/** The contracts of endpoints: a place where one can listen, a place where one can connect to. */
import type { Deferred } from "../deferred/deferred.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { ListeningPort } from "../transport/transport.ts";

/** A factory for protocols of the type `P`. */
export interface FactoryOf<P extends ProtocolLike> extends FactoryLike {
  buildProtocol(address: Address): P | null;
}

/** A place where one can listen. */
export interface StreamServerEndpoint {
  /**
   * Listens, and connects a protocol of `factory` to each connection. The Deferred fires with the port when it listens, and fails with
   * `CannotListenError` where it cannot; cancelling it closes the port.
   */
  listen(factory: FactoryLike): Deferred<ListeningPort>;
}

/** A place where one can connect to. */
export interface StreamClientEndpoint {
  /**
   * Connects, once, and connects a protocol of `factory` to the connection. The Deferred fires with the protocol when its
   * `connectionMade` has been called. It fails with a `ConnectError` by cause: `NoProtocol` where `buildProtocol` answers `null`, and
   * `ConnectingCancelledError` where it is cancelled, which closes the attempt; or with whatever `buildProtocol` throws.
   */
  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P>;
}
