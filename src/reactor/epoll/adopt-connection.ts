/** Makes a connection of a descriptor that is connected already. */
import type { FactoryLike } from "../../protocol/factory.ts";
import type { InternetAddress } from "../../transport/address.ts";
import { UNIXAddress } from "../../transport/address.ts";
import { StreamConnection } from "../../transport/stream-connection.ts";
import { TCPConnection } from "../../transport/tcp-connection.ts";
import { EpollHandle } from "./epoll-handle.ts";
import type { EpollStreams } from "./epoll-streams.ts";
import { systemError } from "./native-core.ts";

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
  const owner = { connectionClosed: (closed: StreamConnection) => reactor.untrack(closed) };
  const connection =
    addresses.host instanceof UNIXAddress
      ? new StreamConnection(protocol, handle, addresses, owner, reactor.batch)
      : new TCPConnection(
          protocol,
          handle,
          { host: addresses.host as InternetAddress, peer: addresses.peer as InternetAddress },
          owner,
          reactor.batch,
        );
  handle.connect(connection);
  reactor.track(connection);
  connection.start();
}
