/** Standard input and output as a connection. */
import type { Readable, Writable } from "node:stream";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { PipeAddress } from "../transport/address.ts";
import { DuplexConnection } from "./duplex-connection.ts";
import type { ReactorOfStreams } from "./duplex-connection.ts";
import { streamsOf } from "./descriptor-streams.ts";

export interface StandardIOOptions {
  /** What is read, a stream or a descriptor; the standard input of the process unless told otherwise. */
  readonly stdin?: Readable | number | undefined;
  /** What is written to, a stream or a descriptor; the standard output of the process unless told otherwise. */
  readonly stdout?: Writable | number | undefined;
  /** The reactor that the connection belongs to: it closes it when it stops. Without one, the connection holds the process while it reads. */
  readonly reactor?: ReactorOfStreams | undefined;
}

/**
 * Connects `protocol` to standard input and output, whatever they are: pipes, files, a terminal, a socket. It is the transport.
 *
 * The end of the input is `readConnectionLost` for a protocol that knows half-closed connections, and otherwise the end of the connection, after
 * what was written has been sent. Whoever reads our output and has gone is noticed when something is written: `ConnectionLost`, with `EPIPE` as the
 * cause.
 *
 * Descriptors, such as 3 and 4 that a parent process has passed on, are terminals, pipes, sockets or files; one socket may be both. They are closed with the
 * connection. Throws a `TypeError` for one that is not open, and for a stream that is no stream of bytes.
 *
 * @example
 * import { PassThrough } from "node:stream";
 * import { LineReceiver } from "hawser/protocol";
 * class Shouter extends LineReceiver {
 *   override delimiter = "\n";
 *   override lineReceived(line: Buffer): void {
 *     this.sendLine(line.toString().toUpperCase());
 *   }
 * }
 * const stdin = new PassThrough();
 * const stdout = new PassThrough().setEncoding("utf8");
 * new StandardIO(new Shouter(), { stdin, stdout });
 * stdin.end("hello\n");
 * let output = "";
 * for await (const text of stdout) output += text;
 * assert.equal(output, "HELLO\n");
 */
export class StandardIO extends DuplexConnection {
  constructor(protocol: ProtocolLike, options: StandardIOOptions = {}) {
    const { stdin = process.stdin, stdout = process.stdout, reactor } = options;
    super(protocol, streamsOf(stdin, stdout), { host: new PipeAddress(), peer: new PipeAddress() }, reactor);
  }
}
