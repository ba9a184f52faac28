/** Makes connections out of sockets. */
import { Socket } from "node:net";
import type { FactoryLike } from "../../protocol/factory.ts";
import type { ProtocolLike } from "../../protocol/protocol.ts";
import { UNIXAddress } from "../../transport/address.ts";
import type { Address } from "../../transport/address.ts";
import { internetAddress } from "../../transport/ports.ts";
import type { ConnectionOwner, StreamConnection } from "../../transport/stream-connection.ts";
import { TCPConnection } from "../../transport/tcp-connection.ts";
import { UNIXConnection } from "../../transport/unix-connection.ts";
import type { WriteBatch } from "../../transport/write-batch.ts";
import type { StreamReactor } from "../stream-reactor.ts";
import { SocketHandle } from "./socket-handle.ts";

/** The other end of a socket. */
export function peerOf(socket: Socket): Address {
  return socket.remoteAddress === undefined
    ? new UNIXAddress(null)
    : internetAddress("TCP", socket.remoteAddress, socket.remotePort ?? 0);
}

/** A transport for `protocol` over a connected socket; `unix` are the names of its ends if it is a UNIX socket. */
export function connectionOver(
  socket: Socket,
  protocol: ProtocolLike,
  owner: ConnectionOwner,
  batch: WriteBatch,
  unix: { readonly host: Address; readonly peer: Address } = NAMELESS,
): StreamConnection {
  const handle = new SocketHandle(socket);
  const connection =
    socket.remoteAddress === undefined
      ? new UNIXConnection(protocol, handle, unix, owner, batch)
      : new TCPConnection(
          protocol,
          handle,
          {
            host: internetAddress("TCP", socket.localAddress ?? "", socket.localPort ?? 0),
            peer: internetAddress("TCP", socket.remoteAddress, socket.remotePort ?? 0),
          },
          owner,
          batch,
        );
  handle.connect(connection);
  return connection;
}

const NAMELESS = { host: new UNIXAddress(null), peer: new UNIXAddress(null) };

/** Makes a connection of a descriptor that is connected already. */
export function adoptConnection(fd: number, factory: FactoryLike, reactor: StreamReactor): void {
  const socket = new Socket({ fd, allowHalfOpen: true });
  const protocol = factory.buildProtocol(peerOf(socket));
  if (protocol === null) {
    socket.destroy();
    return;
  }
  const owner: ConnectionOwner = { clock: reactor, connectionClosed: (connection) => reactor.untrack(connection) };
  const connection = connectionOver(socket, protocol, owner, reactor.batch);
  reactor.track(connection);
  connection.start();
}
