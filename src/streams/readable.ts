/** What a connection receives, as an async iteration. */
import { asDuplex } from "./as-duplex.ts";
import type { TransportDuplex } from "./transport-duplex.ts";
import type { Transport } from "../transport/transport.ts";

export interface ReadableOptions {
  /** Ends the iteration with its reason, and aborts the connection. */
  readonly signal?: AbortSignal | undefined;
  /** Whether leaving the loop early leaves the connection open, paused, to be iterated over again; `false` unless told otherwise. */
  readonly preventClose?: boolean;
  /** How many bytes are kept before the transport is paused. */
  readonly highWaterMark?: number;
}

/**
 * The bytes that arrive, piece by piece. While nobody asks for the next piece, the transport is paused: what is kept is bounded, and the peer has to
 * wait. The iteration takes the place of the transport's protocol, at once.
 *
 * It ends where the peer ends its direction, which then can still be written to, and throws the reason of any end of the connection that is not
 * clean. Leaving the loop early closes the connection, once what was written is sent.
 *
 * @example
 * import { Protocol } from "hawser/protocol";
 * import { connectedPair } from "hawser/testing";
 * const pair = connectedPair(new Protocol(), new Protocol());
 * pair.clientTransport.write("hello");
 * pair.clientTransport.loseConnection();
 * let text = "";
 * for await (const data of readable(pair.serverTransport)) text += data.toString();
 * assert.equal(text, "hello");
 */
export function readable(transport: Transport, options: ReadableOptions = {}): AsyncGenerator<Buffer, void, undefined> {
  const { highWaterMark } = options;
  const duplex = duplexOf(transport, highWaterMark);
  return chunksOf(duplex, options);
}

/** The streams of transports that have been iterated over. */
const duplexes = new WeakMap<Transport, TransportDuplex>();

function duplexOf(transport: Transport, highWaterMark: number | undefined): TransportDuplex {
  const known = duplexes.get(transport);
  if (known !== undefined) return known;
  const duplex = asDuplex(transport, highWaterMark === undefined ? {} : { highWaterMark });
  // Who iterates is told by the iteration, and whoever does not, has not asked.
  duplex.on("error", () => {});
  duplexes.set(transport, duplex);
  return duplex;
}

async function* chunksOf(
  duplex: TransportDuplex,
  { signal, preventClose = false }: ReadableOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const abort = (): void => void duplex.destroy(reasonOf(signal!));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    if (signal?.aborted === true) abort();
    // Leaving the loop closes politely; a stream would be destroyed.
    for await (const chunk of duplex.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", abort);
    if (!preventClose && !duplex.readableEnded) duplex.transport.loseConnection();
  }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("The iteration was aborted", { cause: reason });
}
