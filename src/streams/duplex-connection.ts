/** A stream connection over streams of Node, which runs from the moment it is made. */
import { inspect } from "node:util";
import type { Readable, Writable } from "node:stream";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { StreamReactor } from "../reactor/stream-reactor.ts";
import { StreamConnection } from "../transport/stream-connection.ts";
import type { ConnectionAddresses } from "../transport/stream-connection.ts";
import { WriteBatch } from "../transport/write-batch.ts";
import { DuplexHandle } from "./duplex-handle.ts";

/** What a connection over streams needs of a reactor: one that is stopped closes it, and counts it in its statistics. */
export type ReactorOfStreams = Pick<ReactorTime, "callLater">;

/** What reactors over sockets have beside the contract. */
type Keeper = Partial<Pick<StreamReactor, "batch" | "track" | "untrack">>;

export class DuplexConnection extends StreamConnection {
  /** Throws a `TypeError` unless the streams are streams of bytes. */
  constructor(
    protocol: ProtocolLike,
    streams: { readonly readable: Readable; readonly writable: Writable },
    addresses: ConnectionAddresses,
    reactor: ReactorOfStreams | undefined,
  ) {
    const { readable, writable } = streams;
    checkBytes("read from", readable, readable?.readableObjectMode);
    checkBytes("write to", writable, writable?.writableObjectMode);
    const keeper: Keeper = (reactor as Keeper | undefined) ?? {};
    const handle = new DuplexHandle(readable, writable);
    super(
      protocol,
      handle,
      addresses,
      { clock: reactor, connectionClosed: (connection) => keeper.untrack?.(connection) },
      keeper.batch ?? new WriteBatch(),
    );
    keeper.track?.(this);
    handle.connect(this);
    this.start();
  }
}

function checkBytes(what: string, stream: unknown, objectMode: boolean | undefined): void {
  if (objectMode === false) return;
  const state = objectMode === true ? "it is in object mode" : `${inspect(stream, { depth: -1 })} is none`;
  throw new TypeError(`Cannot ${what} a stream: ${state}, expected a stream of bytes`);
}
