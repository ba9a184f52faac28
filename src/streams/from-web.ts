/** A protocol over a pair of the Web's streams. */
import { Duplex } from "node:stream";
import type { ReadableStream, WritableStream } from "node:stream/web";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { FileTransport, TLSTransport } from "../transport/transport.ts";
import { fromDuplex } from "./from-duplex.ts";
import type { FromDuplexOptions } from "./from-duplex.ts";

/**
 * Runs `protocol` over a readable and a writable stream of the Web, both of bytes, as `fromDuplex` does over a stream of Node. Neither may be locked.
 *
 * @example
 * import { Protocol } from "hawser";
 * class Shouter extends Protocol {
 *   override dataReceived(data: Buffer): void {
 *     this.transport.write(data.toString().toUpperCase());
 *   }
 * }
 * const requests = new TransformStream<Uint8Array, Uint8Array>();
 * const answers = new TransformStream<Uint8Array, Uint8Array>();
 * fromWeb({ readable: requests.readable, writable: answers.writable }, new Shouter());
 * const writer = requests.writable.getWriter();
 * void writer.write(Buffer.from("hello")).then(() => writer.close());
 * let answer = "";
 * for await (const bytes of answers.readable) answer += Buffer.from(bytes).toString();
 * assert.equal(answer, "HELLO");
 */
export function fromWeb(
  streams: { readonly readable: ReadableStream; readonly writable: WritableStream },
  protocol: ProtocolLike,
  options: FromDuplexOptions = {},
): FileTransport & TLSTransport {
  return fromDuplex(Duplex.fromWeb({ readable: streams.readable, writable: streams.writable }), protocol, options);
}
