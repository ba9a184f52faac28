/** Connecting with `net.connect`. */
import { connect } from "node:net";
import type { NetConnectOpts, Socket } from "node:net";
import type { ProtocolLike } from "../../protocol/protocol.ts";
import { UNIXAddress } from "../../transport/address.ts";
import type { HostAndPort } from "../../transport/address.ts";
import { ConnectBindError } from "../../transport/errors.ts";
import type { ConnectionOwner, StreamConnection } from "../../transport/stream-connection.ts";
import type { WriteBatch } from "../../transport/write-batch.ts";
import type { Attempt, AttemptResult } from "../base-connector.ts";
import { failSoon } from "../stream-dialer.ts";
import type { StreamDialer } from "../stream-dialer.ts";
import { connectionOver, peerOf } from "./socket-connection.ts";

export class SocketDialer implements StreamDialer {
  readonly #batch: WriteBatch;

  constructor(batch: WriteBatch) {
    this.#batch = batch;
  }

  dialTCP(
    destination: HostAndPort,
    from: Partial<HostAndPort> | undefined,
    owner: ConnectionOwner,
    result: AttemptResult,
  ): Attempt {
    const options: NetConnectOpts = {
      host: destination.host,
      port: destination.port,
      ...(from?.host === undefined ? {} : { localAddress: from.host }),
      ...(from?.port === undefined ? {} : { localPort: from.port }),
    };
    return attemptSocket(options, result, (socket, protocol) => connectionOver(socket, protocol, owner, this.#batch));
  }

  dialUNIX(path: string, owner: ConnectionOwner, result: AttemptResult): Attempt {
    const ends = { host: new UNIXAddress(null), peer: new UNIXAddress(path) };
    return attemptSocket({ path }, result, (socket, protocol) =>
      connectionOver(socket, protocol, owner, this.#batch, ends),
    );
  }
}

function attemptSocket(
  options: NetConnectOpts,
  result: AttemptResult,
  makeConnection: (socket: Socket, protocol: ProtocolLike) => StreamConnection,
): Attempt {
  let socket: Socket;
  try {
    socket = connect({ ...options, allowHalfOpen: true });
  } catch (error) {
    return failSoon(result, error);
  }
  const failed = (error: Error): void => {
    result.failed((error as { syscall?: string }).syscall === "bind" ? bindError(error) : error);
  };
  socket.once("error", failed);
  socket.once("connect", () => {
    socket.off("error", failed);
    const peer = "path" in options ? new UNIXAddress(options.path) : peerOf(socket);
    result.connected(peer, (protocol) => makeConnection(socket, protocol));
  });
  return {
    cancel: () => {
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.destroy();
    },
  };
}

function bindError(error: Error): ConnectBindError {
  return new ConnectBindError(error.message, { cause: error });
}
