/** Makes connections out of slots. */
import type { FactoryLike } from "../../protocol/factory.ts";
import type { ProtocolLike } from "../../protocol/protocol.ts";
import { UNIXAddress } from "../../transport/address.ts";
import type { InternetAddress } from "../../transport/address.ts";
import type { ConnectionAddresses, ConnectionOwner, StreamConnection } from "../../transport/stream-connection.ts";
import { TCPConnection } from "../../transport/tcp-connection.ts";
import { UNIXConnection } from "../../transport/unix-connection.ts";
import type { WriteBatch } from "../../transport/write-batch.ts";
import { EpollHandle } from "./epoll-handle.ts";
import type { EpollStreams } from "./epoll-streams.ts";
import { systemError } from "./system-error.ts";

/** A transport for `protocol` over a connected slot; what kind it is, its addresses say. */
export function connectionOver(
  handle: EpollHandle,
  protocol: ProtocolLike,
  addresses: ConnectionAddresses,
  owner: ConnectionOwner,
  batch: WriteBatch,
): StreamConnection {
  const connection =
    addresses.host instanceof UNIXAddress
      ? new UNIXConnection(protocol, handle, addresses, owner, batch)
      : new TCPConnection(
          protocol,
          handle,
          addresses as { readonly host: InternetAddress; readonly peer: InternetAddress },
          owner,
          batch,
        );
  handle.connect(connection);
  return connection;
}

/** Makes a connection of a descriptor that is connected already. */
export function adoptConnection(fd: number, factory: FactoryLike, streams: EpollStreams): void {
  const { reactor } = streams;
  const core = streams.core();
  const slot = core.native.adopt(core.handle, fd, 0);
  if (slot < 0) throw systemError(core.native, "adopt", slot);
  const handle = new EpollHandle(core, slot);
  const addresses = { host: handle.address("host")!, peer: handle.address("peer")! };
  const protocol = factory.buildProtocol(addresses.peer);
  if (protocol === null) {
    core.release(slot);
    return;
  }
  const owner = { clock: reactor, connectionClosed: (closed: StreamConnection) => reactor.untrack(closed) };
  const connection = connectionOver(handle, protocol, addresses, owner, reactor.batch);
  reactor.track(connection);
  connection.start();
}
