/** Discard (RFC 863): what comes is dropped. */
import { DatagramProtocol } from "../protocol/datagram-protocol.ts";
import { Protocol } from "../protocol/protocol.ts";

/**
 * Drops what it receives.
 *
 * @example
 * import { Factory } from "hawser/protocol";
 * Factory.forProtocol(Discard);
 */
export class Discard extends Protocol {
  readonly borrowsData: boolean = true;
}

/**
 * Drops the datagrams that it receives.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * new MemoryReactor().listenUDP(9, new DatagramDiscard());
 */
export class DatagramDiscard extends DatagramProtocol {}
