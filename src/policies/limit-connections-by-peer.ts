/** A limit on how many connections one peer has at a time. */
import { UNIXAddress } from "../transport/address.ts";
import type { Address } from "../transport/address.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { ProtocolWrapper } from "./protocol-wrapper.ts";
import { WrappingFactory } from "./wrapping-factory.ts";

/**
 * Refuses connections from a host that has `maxConnectionsPerPeer` of them already. Over UNIX sockets, all peers count as one host.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * const factory = new LimitConnectionsByPeer(Factory.forProtocol(Protocol));
 * factory.maxConnectionsPerPeer = 10;
 */
export class LimitConnectionsByPeer extends WrappingFactory {
  /** How many connections a host may have. */
  maxConnectionsPerPeer = 5;
  /** How many each host has; those that have none are not in it. */
  readonly peerConnections: Map<string, number> = new Map();
  /** The peer that a connection counts for; its transport may say something else later. */
  readonly #peers: WeakMap<ProtocolWrapper, string> = new WeakMap();

  override buildProtocol(address: Address): ProtocolWrapper | null {
    const peer = this.peerOf(address);
    const count = this.peerConnections.get(peer) ?? 0;
    if (count >= this.maxConnectionsPerPeer) return null;
    const wrapper = super.buildProtocol(address);
    if (wrapper !== null) this.peerConnections.set(peer, count + 1);
    return wrapper;
  }

  /** What peers are told apart by. A class of your own may take several addresses for one peer. */
  protected peerOf(address: Address): string {
    return address instanceof UNIXAddress || !("host" in address) ? "" : address.host;
  }

  protected override wrapProtocol(protocol: ProtocolLike, address: Address): ProtocolWrapper {
    const wrapper = new ProtocolWrapper(this, protocol);
    this.#peers.set(wrapper, this.peerOf(address));
    return wrapper;
  }

  override unregisterProtocol(wrapper: ProtocolWrapper): void {
    super.unregisterProtocol(wrapper);
    const peer = this.#peers.get(wrapper);
    const count = peer === undefined ? undefined : this.peerConnections.get(peer);
    if (peer === undefined || count === undefined) return;
    if (count === 1) this.peerConnections.delete(peer);
    else this.peerConnections.set(peer, count - 1);
  }
}
