/** A limit on how many connections there are at a time. */
import { ServerFactory } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import { ProtocolWrapper } from "./protocol-wrapper.ts";
import type { WrapperOwner } from "./protocol-wrapper.ts";

/**
 * Makes protocols of the class `protocol`, for `connectionLimit` connections at a time. Those beyond that get one of the class
 * `overflowProtocol`, which may say that it is full, or are closed at once where there is no such class. All connections count, those with an overflow
 * protocol as well.
 *
 * @example
 * import { Protocol } from "hawser/protocol";
 * class Full extends Protocol {
 *   override connectionMade(): void {
 *     this.transport.write("Try again later\r\n");
 *     this.transport.loseConnection();
 *   }
 * }
 * const factory = LimitTotalConnectionsFactory.forProtocol(Protocol);
 * factory.connectionLimit = 100;
 * factory.overflowProtocol = Full;
 */
export class LimitTotalConnectionsFactory extends ServerFactory implements WrapperOwner {
  /** How many connections there are. */
  connectionCount = 0;
  /** How many there may be; `null` for any number. */
  connectionLimit: number | null = null;
  /** The class of protocols for connections beyond the limit; `null` to close them. */
  overflowProtocol: (new () => ProtocolLike) | null = null;

  /** A `ProtocolWrapper` around the protocol. */
  override buildProtocol(address: Address): ProtocolLike | null {
    const isFull = this.connectionLimit !== null && this.connectionCount >= this.connectionLimit;
    if (isFull && this.overflowProtocol === null) return null;
    const wrapped = isFull ? this.#overflow() : super.buildProtocol(address);
    if (wrapped === null) return null;
    this.connectionCount++;
    return new ProtocolWrapper(this, wrapped);
  }

  registerProtocol(_wrapper: ProtocolWrapper): void {}

  unregisterProtocol(_wrapper: ProtocolWrapper): void {
    this.connectionCount--;
  }

  #overflow(): ProtocolLike {
    const protocol = new this.overflowProtocol!();
    (protocol as { factory?: unknown }).factory = this;
    return protocol;
  }
}
