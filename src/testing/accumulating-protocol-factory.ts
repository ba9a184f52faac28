/** Makes protocols that keep what they are told. */
import { Deferred } from "../deferred/deferred.ts";
import { ClientFactory } from "../protocol/factory.ts";
import { AccumulatingProtocol } from "./accumulating-protocol.ts";

/**
 * A factory of `AccumulatingProtocol`, for servers and for clients.
 *
 * @example
 * import { IPv4Address } from "hawser/transport";
 * const factory = new AccumulatingProtocolFactory();
 * const connected = factory.protocolConnectionMade!;
 * const protocol = factory.buildProtocol(new IPv4Address("TCP", "127.0.0.1", 8007))!;
 * protocol.makeConnection(new StringTransport());
 * assert.equal(successResultOf(connected), protocol);
 */
export class AccumulatingProtocolFactory extends ClientFactory<AccumulatingProtocol> {
  /** Fires with the first protocol that is connected, and is `null` from then on; put another one here to wait for the next. */
  protocolConnectionMade: Deferred<AccumulatingProtocol> | null = new Deferred<AccumulatingProtocol>();

  constructor() {
    super();
    this.protocol = AccumulatingProtocol;
    this.noisy = false;
  }
}
