/** A connection of ours as a Duplex of Node. */
import { inspect } from "node:util";
import type { Transport } from "../transport/transport.ts";
import { TransportDuplex } from "./transport-duplex.ts";
import type { TakenTransport, TransportDuplexOptions } from "./transport-duplex.ts";

/**
 * A Duplex over `transport`, so that a library that wants a socket runs over any connection: `node:http` and `node:tls`, a client of a database,
 * over TLS, over UNIX, over pairs in memory.
 *
 * The stream takes the place of the transport's protocol, which hears nothing any more; what that had received and not looked at comes first. There
 * is back-pressure both ways. `end` closes the sending direction where the transport can do that, else the connection; `destroy` aborts the
 * connection; after `end`, it first gives what was written ten seconds to be sent, and after the peer's end it closes politely. A clean end of the connection is `"end"`, any other `"error"`, with the reason.
 *
 * Throws `InvalidStateError` where the connection is closed or has a producer, and a `TypeError` where the transport's protocol cannot be replaced.
 *
 * @example
 * import { Protocol } from "hawser/protocol";
 * import { connectedPair } from "hawser/testing";
 * const pair = connectedPair(new Protocol(), new Protocol());
 * const server = asDuplex(pair.serverTransport);
 * const client = asDuplex(pair.clientTransport);
 * server.pipe(server);
 * client.end("hello");
 * let answer = "";
 * for await (const data of client) answer += String(data);
 * assert.equal(answer, "hello");
 */
export function asDuplex(transport: Transport, options: TransportDuplexOptions = {}): TransportDuplex {
  if (!isTakeable(transport)) {
    throw new TypeError(
      `Cannot make a stream of ${inspect(transport, { depth: -1 })}: it has no protocol to replace, expected the transport of a connection`,
    );
  }
  return new TransportDuplex(transport, options);
}

function isTakeable(transport: unknown): transport is TakenTransport {
  return (
    typeof transport === "object" && transport !== null && "protocol" in transport && "registerProducer" in transport
  );
}
