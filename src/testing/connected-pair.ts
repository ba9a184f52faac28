/** Connects two protocols to each other in memory. */
import type { ProtocolLike } from "../protocol/protocol.ts";
import { IOPump } from "./io-pump.ts";
import type { ConnectedPairOptions } from "./io-pump.ts";

/**
 * Connects two protocols back to back, without a network. What one writes, the other receives on a later turn, or when the pump is
 * worked by hand; closing, half-closing, aborting and back-pressure are as over TCP.
 *
 * `connectionMade` is called before this returns, for the server first.
 *
 * @example
 * import { Protocol } from "hawser/protocol";
 * class Echo extends Protocol {
 *   override dataReceived(data: Buffer): void {
 *     this.transport.write(data);
 *   }
 * }
 * const pump = connectedPair(new Echo(), new AccumulatingProtocol(), { chunkSize: 1 });
 * pump.clientTransport.write("hello");
 * pump.flush();
 * assert.equal(pump.client.data.toString(), "hello");
 */
export function connectedPair<S extends ProtocolLike, C extends ProtocolLike>(
  server: S,
  client: C,
  options: ConnectedPairOptions = {},
): IOPump<S, C> {
  const pump = new IOPump(server, client, options);
  pump.start();
  return pump;
}
