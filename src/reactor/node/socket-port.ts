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
import type { StreamReactor } from "../stream-reactor.ts";
import { connectionOver, peerOf } from "./socket-connection.ts";
import { UNIXLock } from "../unix-lock.ts";

/** What to listen on, and how to name it in errors. */
export interface SocketPortPlace {
  readonly listen: ListenOptions & { readonly fd?: number };
  readonly interface: string;
  readonly port: number | null;
  /** For a UNIX socket: the permissions of its file. */
  readonly mode?: number;
  readonly lock?: UNIXLock | undefined;
}

export class SocketPort extends StreamPort {
  readonly #place: SocketPortPlace;
  readonly #streamReactor: StreamReactor;
  #server: Server | undefined = undefined;

  constructor(place: SocketPortPlace, factory: FactoryLike, reactor: StreamReactor) {
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
    server.listen(this.#place.listen);
  }

  protected override close(): void {
    const server = this.#server;
    this.#server = undefined;
    const wasListening = server?.listening === true;
    // The callback of `close` waits for the connections as well; the descriptor is closed in this turn.
    server?.close();
    setImmediate(() => {
      this.#place.lock?.release();
      this.isClosed({ wasListening });
    });
  }

  #couldNotOpen(error: unknown): void {
    this.#server = undefined;
    this.#place.lock?.release();
    this.couldNotOpen(new CannotListenError(this.#place, { cause: error }));
  }

  #setMode(): void {
    const { mode, interface: path } = this.#place;
    if (mode !== undefined && !path.startsWith("\0")) chmodSync(path, mode);
  }

  #takeLock(): void {
    try {
      this.#place.lock?.take();
    } catch (error) {
      throw new CannotListenError(this.#place, { cause: error });
    }
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

function addressOf(server: Server): Address {
  const address = server.address();
  if (address === null || typeof address === "string") return new UNIXAddress(address);
  return tcpAddress(address);
}

function tcpAddress({ address, port }: AddressInfo): Address {
  return internetAddress("TCP", address, port);
}
