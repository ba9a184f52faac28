/** Ports over `net.Server`: TCP, UNIX, and those that somebody else has opened. */
import { chmodSync } from "node:fs";
import * as net from "node:net";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import type { FactoryLike } from "../../protocol/factory.ts";
import { setImmediate } from "../../runtime.ts";
import { UNIXAddress } from "../../transport/address.ts";
import type { Address } from "../../transport/address.ts";
import { CannotListenError } from "../../transport/errors.ts";
import { internetAddress } from "../../transport/ports.ts";
import { StreamPort } from "../stream-port.ts";
import { fileOfPlace, nameOfPlace } from "../stream-place.ts";
import type { StreamPlace } from "../stream-place.ts";
import type { StreamReactor } from "../stream-reactor.ts";
import { connectionOver, peerOf } from "./socket-connection.ts";

export class SocketPort extends StreamPort {
  readonly #place: StreamPlace;
  readonly #streamReactor: StreamReactor;
  #server: Server | undefined = undefined;
  #isBound = false;

  constructor(place: StreamPlace, factory: FactoryLike, reactor: StreamReactor) {
    super(factory, reactor);
    this.#place = place;
    this.#streamReactor = reactor;
  }

  protected override open(): void {
    this.#takeLock();
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    this.#server = server;
    this.#isBound = false;
    server.on("connection", (socket) => this.#accepted(socket));
    server.on("error", (error) => {
      // Errors of a port that listens are about a connection that could not be accepted; the next one may be.
      if (!this.#isBound) this.#couldNotOpen(error);
    });
    listen(server, this.#place);
    if (server.listening) this.#bound(server);
    else server.on("listening", () => this.#bound(server));
  }

  protected override close(): void {
    const server = this.#server;
    this.#server = undefined;
    // The callback of `close` waits for the connections as well; the descriptor is closed in this turn.
    server?.close();
    setImmediate(() => {
      this.#releaseLock();
      this.isClosed();
    });
  }

  #bound(server: Server): void {
    this.#isBound = true;
    try {
      this.#setMode();
    } catch (error) {
      server.close();
      this.#couldNotOpen(error);
      return;
    }
    this.isOpen(addressOf(server));
  }

  #couldNotOpen(error: unknown): void {
    this.#server = undefined;
    this.#releaseLock();
    this.couldNotOpen(new CannotListenError(nameOfPlace(this.#place), { cause: error }));
  }

  #setMode(): void {
    const file = fileOfPlace(this.#place);
    if (file !== undefined && this.#place.kind === "unix") chmodSync(file, this.#place.mode);
  }

  #takeLock(): void {
    try {
      if (this.#place.kind === "unix") this.#place.lock?.take();
    } catch (error) {
      throw new CannotListenError(nameOfPlace(this.#place), { cause: error });
    }
  }

  #releaseLock(): void {
    if (this.#place.kind === "unix") this.#place.lock?.release();
  }

  #accepted(socket: Socket): void {
    const protocol = this.buildProtocol(peerOf(socket));
    if (protocol === null) {
      socket.destroy();
      return;
    }
    this.startConnection(connectionOver(socket, protocol, this, this.#streamReactor.batch));
  }
}

/**
 * Node binds paths and descriptors at once, but addresses only in a later turn, for it looks even those up. Below that it has what
 * binds at once: undocumented, so it is used where it is there, and where it succeeds; errors come from the documented way.
 */
const { _createServerHandle: createHandle } = net as {
  readonly _createServerHandle?: (
    address: string,
    port: number,
    family: 4 | 6,
    fd: undefined,
    flags: number,
  ) => object | number;
};

const IPV6_ONLY = 1;

function listen(server: Server, place: StreamPlace): void {
  if (place.kind === "unix") {
    server.listen({ path: place.path, backlog: place.backlog });
    return;
  }
  if (place.kind === "descriptor") {
    server.listen({ fd: place.fd });
    return;
  }
  const { host, port, backlog, ipv6Only = true } = place;
  const isIPv6 = host.includes(":");
  const handle = createHandle?.(host, port, isIPv6 ? 6 : 4, undefined, isIPv6 && ipv6Only ? IPV6_ONLY : 0);
  if (typeof handle === "object") server.listen(handle, backlog);
  else server.listen({ host, port, backlog, ipv6Only: isIPv6 && ipv6Only });
}

function addressOf(server: Server): Address {
  const address = server.address();
  if (address === null || typeof address === "string") return new UNIXAddress(address);
  return tcpAddress(address);
}

function tcpAddress({ address, port }: AddressInfo): Address {
  return internetAddress("TCP", address, port);
}
