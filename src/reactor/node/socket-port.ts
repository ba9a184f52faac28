/** Ports over `net.Server`: TCP, UNIX, and those that somebody else has opened. */
import { chmodSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, ListenOptions, Server, Socket } from "node:net";
import type { FactoryLike } from "../../protocol/factory.ts";
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

  constructor(place: StreamPlace, factory: FactoryLike, reactor: StreamReactor) {
    super(factory, reactor);
    this.#place = place;
    this.#streamReactor = reactor;
  }

  protected override open(): void {
    this.#takeLock();
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    this.#server = server;
    let bound = false;
    server.on("listening", () => {
      bound = true;
      try {
        this.#setMode();
      } catch (error) {
        server.close();
        this.#couldNotOpen(error);
        return;
      }
      this.isOpen(addressOf(server));
    });
    server.on("connection", (socket) => this.#accepted(socket));
    server.on("error", (error) => {
      // Errors of a port that listens are about a connection that could not be accepted; the next one may be.
      if (!bound) this.#couldNotOpen(error);
    });
    server.listen(listenOptions(this.#place));
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

function listenOptions(place: StreamPlace): ListenOptions & { readonly fd?: number } {
  switch (place.kind) {
    case "tcp":
      return { host: place.host, port: place.port, backlog: place.backlog, ipv6Only: place.host.includes(":") };
    case "unix":
      return { path: place.path, backlog: place.backlog };
    default:
      return { fd: place.fd };
  }
}

function addressOf(server: Server): Address {
  const address = server.address();
  if (address === null || typeof address === "string") return new UNIXAddress(address);
  return tcpAddress(address);
}

function tcpAddress({ address, port }: AddressInfo): Address {
  return internetAddress("TCP", address, port);
}
