/** Logs all that passes. */
import { Logger } from "../logger/logger.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import { bytesText } from "./bytes-text.ts";
import { ProtocolWrapper } from "./protocol-wrapper.ts";
import { WrappingFactory } from "./wrapping-factory.ts";

const log = new Logger({ namespace: "hawser.policies" });

/** Logs what it receives and sends. A `SpewingFactory` makes it. */
export class SpewingProtocol extends ProtocolWrapper {
  override dataReceived(data: Buffer): void {
    log.info("Received: {data}", { data: bytesText(data) });
    super.dataReceived(data);
  }

  override write(data: string | Uint8Array): void {
    log.info("Sending: {data}", { data: bytesText(data) });
    super.write(data);
  }

  override writeSequence(pieces: Iterable<string | Uint8Array>): void {
    for (const piece of pieces) this.write(piece);
  }
}

/**
 * Logs all that the protocols of another factory receive and send: for looking at a protocol, not for use.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * new SpewingFactory(Factory.forProtocol(Protocol));
 */
export class SpewingFactory extends WrappingFactory {
  protected override wrapProtocol(protocol: ProtocolLike, _address: Address): ProtocolWrapper {
    return new SpewingProtocol(this, protocol);
  }
}
