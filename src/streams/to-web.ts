/** A connection of ours as a pair of the Web's streams. */
import { ReadableStream, WritableStream } from "node:stream/web";
import type { Transport } from "../transport/transport.ts";
import { asDuplex } from "./as-duplex.ts";
import type { TransportDuplex } from "./transport-duplex.ts";

/** A stream of bytes to a peer, and one from it. */
export interface WebStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array | string>;
}

/**
 * The two directions of `transport` as streams of the Web, which take the place of its protocol.
 *
 * `readable` is a byte stream: it can be read into buffers of one's own. The transport is paused while nobody reads. `writable` takes bytes,
 * and strings as UTF-8; a write is done when the transport takes more. Closing it closes our direction; aborting it aborts the connection. Where
 * `readable` is cancelled, nothing more is received, and the connection closes when `writable` does. An end of the connection that is not clean
 * is the error of both.
 *
 * @example
 * import { Protocol } from "hawser/protocol";
 * import { connectedPair } from "hawser/testing";
 * const pair = connectedPair(new Protocol(), new Protocol());
 * const server = toWeb(pair.serverTransport);
 * const client = toWeb(pair.clientTransport);
 * const echoed = server.readable.pipeTo(server.writable);
 * const writer = client.writable.getWriter();
 * await writer.write("hello");
 * await writer.close();
 * let answer = "";
 * for await (const bytes of client.readable) answer += Buffer.from(bytes).toString();
 * await echoed;
 * assert.equal(answer, "hello");
 */
export function toWeb(transport: Transport): WebStreams {
  const duplex = asDuplex(transport);
  let failure: Error | undefined;
  duplex.on("error", (error) => (failure = error));
  return { readable: readableOf(duplex, () => failure), writable: writableOf(duplex) };
}

function readableOf(duplex: TransportDuplex, failure: () => Error | undefined): ReadableStream<Uint8Array> {
  const chunks = duplex.iterator({ destroyOnReturn: false });
  let isCancelled = false;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      let next: IteratorResult<Buffer, void>;
      try {
        next = (await chunks.next()) as IteratorResult<Buffer, void>;
      } catch (error) {
        if (!isCancelled) controller.error(failure() ?? error);
        return;
      }
      if (isCancelled) return;
      if (next.done !== true) {
        // The stream takes the memory for itself, and ours may be a part of a larger piece.
        controller.enqueue(new Uint8Array(next.value));
        return;
      }
      controller.close();
      // Who waits with a buffer of its own is to be told apart.
      controller.byobRequest?.respond(0);
    },
    cancel() {
      isCancelled = true;
      if (duplex.writableFinished) duplex.destroy();
      else duplex.once("finish", () => duplex.destroy());
    },
  });
}

function writableOf(duplex: TransportDuplex): WritableStream<Uint8Array | string> {
  return new WritableStream({
    start(controller) {
      duplex.on("error", (error) => controller.error(error));
      duplex.on("close", () =>
        controller.error(new TypeError("Cannot write: the connection is closed, expected it to be open")),
      );
    },
    write(chunk) {
      return settled((done) => duplex.write(chunk, done));
    },
    close() {
      return settled((done) => duplex.end(done));
    },
    abort(reason: unknown) {
      duplex.destroy(reason instanceof Error ? reason : new Error("The stream was aborted", { cause: reason }));
    },
  });
}

/** A promise for what is told by a callback. */
function settled(begin: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}
