/**
 * One of the two protocols of a relay: what one receives, the other sends.
 *
 * Each holds the peer of the other when the other cannot send as fast, so a relay keeps no more than what its transports keep. The end of what one receives
 * is the end of what the other sends, and no more than that. A connection that breaks before its end takes the other one with it, by force, so that nobody takes what has arrived
 * for the whole; one that breaks after its end does not, for all that it had to say is on its way.
 */
import type { Failure } from "../deferred/failure.ts";
import { ConnectionDone } from "../transport/errors.ts";
import type { PushProducer } from "../transport/producer.ts";
import type { HalfCloseableTransport } from "../transport/transport.ts";
import { Protocol } from "./protocol.ts";

/**
 * A protocol that passes what it receives to its `peer`, another protocol of this kind. Two of them that are connected are brought together with
 * `joinPeer`.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const [near, far] = [new RelayProtocol(), new RelayProtocol()];
 * const out = new StringTransport();
 * near.makeConnection(new StringTransport());
 * far.makeConnection(out);
 * near.joinPeer(far);
 * near.dataReceived(Buffer.from("hello"));
 * assert.equal(out.value(), "hello");
 */
export class RelayProtocol extends Protocol implements PushProducer {
  /** What is received is sent on, and kept by nobody. */
  readonly borrowsData: boolean = true;
  /** The other end; `null` before there is one, and when the relay is over. */
  peer: RelayProtocol | null = null;
  /** Whether the peer of this connection has said all that it had to say. */
  #hasEnded = false;

  /** Relays from now on, in both directions. */
  joinPeer(peer: RelayProtocol): void {
    this.peer = peer;
    peer.peer = this;
    this.transport.registerProducer(peer, true);
    peer.transport.registerProducer(this, true);
  }

  override dataReceived(data: Buffer): void {
    this.peer?.transport.write(data);
  }

  readConnectionLost(): void {
    this.#hasEnded = true;
    const { peer } = this;
    if (peer === null) {
      this.transport.loseConnection();
      return;
    }
    peer.transport.unregisterProducer();
    const transport = peer.transport as Partial<HalfCloseableTransport>;
    if (transport.loseWriteConnection === undefined) peer.transport.loseConnection();
    else transport.loseWriteConnection();
  }

  writeConnectionLost(): void {}

  override connectionLost(reason: Failure): void {
    const { peer } = this;
    if (peer === null) return;
    this.peer = null;
    peer.peer = null;
    if (!this.#hasEnded) peer.transport.unregisterProducer();
    if (this.#hasEnded || reason.check(ConnectionDone) !== null) peer.transport.loseConnection();
    else peer.transport.abortConnection();
  }

  /** The other end has more than it can send. */
  pauseProducing(): void {
    this.transport.pauseProducing();
  }

  resumeProducing(): void {
    this.transport.resumeProducing();
  }

  /** The other end is to close, because of a time-out or a server that stops: it is not for this one to keep it open. */
  consumerDisconnecting(): void {
    this.peer?.transport.unregisterProducer();
  }

  /** The other end sends no more. What becomes of this one is decided when that is lost. */
  stopProducing(): void {}
}
