/** A protocol over any Duplex of Node. */
import { isIPv6 } from "node:net";
import type { Duplex } from "node:stream";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { IPv4Address, IPv6Address, PipeAddress } from "../transport/address.ts";
import type { Address } from "../transport/address.ts";
import type { FileTransport, TLSTransport } from "../transport/transport.ts";
import { DuplexConnection } from "./duplex-connection.ts";
import type { ReactorOfStreams } from "./duplex-connection.ts";

export interface FromDuplexOptions {
  /** The reactor that the connection belongs to: it counts it, and closes it when it stops. Without one it lives as long as the stream. */
  readonly reactor?: ReactorOfStreams | undefined;
}

/**
 * Runs `protocol` over `duplex`, from now on: a `tls.TLSSocket`, a socket of another library, an end of `stream.duplexPair()`. It has a transport
 * like every other: half-closing, producers, `startTLS`. An error of the stream, and a stream that is closed before its end, are
 * `ConnectionLost`, with the error as its cause.
 *
 * The stream belongs to the connection: nobody else is to read, write or close it. Throws a `TypeError` where it is in object mode.
 *
 * @example
 * import { duplexPair } from "node:stream";
 * import { Protocol } from "hawser";
 * class Echo extends Protocol {
 *   override dataReceived(data: Buffer): void {
 *     this.transport.write(data);
 *   }
 * }
 * const [ours, theirs] = duplexPair();
 * fromDuplex(ours, new Echo());
 * theirs.end("hello");
 * theirs.setEncoding("utf8");
 * let answer = "";
 * for await (const text of theirs) answer += text;
 * assert.equal(answer, "hello");
 */
export function fromDuplex(
  duplex: Duplex,
  protocol: ProtocolLike,
  options: FromDuplexOptions = {},
): FileTransport & TLSTransport {
  // Whether the end of one direction is the end of the other is for the protocol to say.
  if (duplex instanceof Object && !duplex.readableEnded) duplex.allowHalfOpen = true;
  return new DuplexConnection(
    protocol,
    { readable: duplex, writable: duplex },
    addressesOf(duplex as Located | undefined),
    options.reactor,
  );
}

/** What sockets know of their ends. */
interface Located {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

function addressesOf(duplex: Located | undefined): { readonly host: Address; readonly peer: Address } {
  return {
    host: addressOf(duplex?.localAddress, duplex?.localPort),
    peer: addressOf(duplex?.remoteAddress, duplex?.remotePort),
  };
}

function addressOf(host: string | undefined, port: number | undefined): Address {
  if (host === undefined || port === undefined) return new PipeAddress();
  return isIPv6(host) ? new IPv6Address("TCP", host, port) : new IPv4Address("TCP", host, port);
}
