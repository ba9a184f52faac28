/** A factory that wraps the protocols of another one. */
import { ClientFactory } from "../protocol/factory.ts";
import type { ClientFactoryLike, FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { Failure } from "../deferred/failure.ts";
import type { Connector } from "../transport/transport.ts";
import { ProtocolWrapper, wrapperPrefix } from "./protocol-wrapper.ts";
import type { WrapperOwner } from "./protocol-wrapper.ts";

/** A factory that can be wrapped: for ports, or for connectors. */
export type WrappedFactory = FactoryLike & Partial<ClientFactoryLike> & { logPrefix?(): string };

/**
 * Wraps a factory and its protocols, and keeps track of them. It goes wherever the wrapped factory can: into ports, connectors and endpoints.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * import { StringTransport } from "hawser/testing";
 * import { IPv4Address } from "hawser/transport";
 * const factory = new WrappingFactory(Factory.forProtocol(Protocol));
 * factory.buildProtocol(new IPv4Address("TCP", "192.0.2.1", 7))?.makeConnection(new StringTransport());
 * assert.equal(factory.protocols.size, 1);
 */
export class WrappingFactory extends ClientFactory<ProtocolWrapper> implements WrapperOwner {
  readonly wrappedFactory: WrappedFactory;
  /** The wrappers that are connected. */
  readonly protocols: Set<ProtocolWrapper> = new Set();

  constructor(wrappedFactory: WrappedFactory) {
    super();
    this.wrappedFactory = wrappedFactory;
  }

  /** Answers `null`, as the wrapped factory does, for a connection that is refused. */
  override buildProtocol(address: Address): ProtocolWrapper | null {
    const protocol = this.wrappedFactory.buildProtocol(address);
    return protocol == null ? null : this.wrapProtocol(protocol, address);
  }

  /** Makes the wrapper for a protocol: the place for one of a class of your own. */
  protected wrapProtocol(protocol: ProtocolLike, _address: Address): ProtocolWrapper {
    return new ProtocolWrapper(this, protocol);
  }

  registerProtocol(wrapper: ProtocolWrapper): void {
    this.protocols.add(wrapper);
  }

  unregisterProtocol(wrapper: ProtocolWrapper): void {
    this.protocols.delete(wrapper);
  }

  override doStart(): void {
    this.wrappedFactory.doStart();
    super.doStart();
  }

  override doStop(): void {
    this.wrappedFactory.doStop();
    super.doStop();
  }

  override startedConnecting(connector: Connector): void {
    this.wrappedFactory.startedConnecting?.(connector);
  }

  override clientConnectionFailed(connector: Connector, reason: Failure): void {
    this.wrappedFactory.clientConnectionFailed?.(connector, reason);
  }

  override clientConnectionLost(connector: Connector, reason: Failure): void {
    this.wrappedFactory.clientConnectionLost?.(connector, reason);
  }

  override logPrefix(): string {
    return wrapperPrefix(this, this.wrappedFactory);
  }
}
