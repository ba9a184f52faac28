/** A `StringTransport` whose protocol hears of the end. */
import { Failure } from "../deferred/failure.ts";
import { InvalidStateError } from "../errors.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address, InternetAddress } from "../transport/address.ts";
import { ConnectionDone } from "../transport/errors.ts";
import { StringTransport } from "./string-transport.ts";

/**
 * A `StringTransport` that tells its `protocol`, which the test sets, that the connection is lost: at once, and with `ConnectionDone`
 * also where it was aborted.
 *
 * @example
 * const transport = new StringTransportWithDisconnection();
 * const protocol = new AccumulatingProtocol();
 * transport.protocol = protocol;
 * protocol.makeConnection(transport);
 * transport.loseConnection();
 * assert.equal(protocol.closed, true);
 */
export class StringTransportWithDisconnection<A extends Address = InternetAddress> extends StringTransport<A> {
  /** Who is told; to be set before the connection is closed. */
  declare protocol: ProtocolLike | undefined;

  /** Tells the protocol, the first time. Throws `InvalidStateError` where there is no protocol. */
  override loseConnection(): void {
    if (!this.connected) return;
    if (this.protocol === undefined) {
      throw new InvalidStateError(
        "Cannot lose the connection: the transport has no protocol, expected the test to set it",
      );
    }
    this.connected = false;
    this.protocol.connectionLost(new Failure(new ConnectionDone("Bye")));
  }
}
