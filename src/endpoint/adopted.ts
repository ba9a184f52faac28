/** The endpoint for a socket that somebody else has opened. */
import type { Deferred } from "../deferred/deferred.ts";
import { fail } from "../deferred/maybe-deferred.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ReactorSocket } from "../reactor/reactor.ts";
import type { ListeningPort } from "../transport/transport.ts";
import type { StreamServerEndpoint } from "./endpoint.ts";
import { AlreadyListenedError } from "./errors.ts";
import { openPort } from "./open-port.ts";

/** The family of a socket. */
export type SocketFamily = Parameters<ReactorSocket["adoptStreamPort"]>[1];

/**
 * Listens on the socket of a descriptor, which must listen already; from then on the descriptor belongs to the reactor. So one can listen once:
 * the second time, the Deferred fails with `AlreadyListenedError`.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * const endpoint = new AdoptedStreamServerEndpoint(new MemoryReactor(), 3, "ipv4");
 * await endpoint.listen(Factory.forProtocol(Protocol));
 */
export class AdoptedStreamServerEndpoint implements StreamServerEndpoint {
  readonly #reactor: ReactorSocket;
  readonly #fd: number;
  readonly #family: SocketFamily;
  #hasListened = false;

  constructor(reactor: ReactorSocket, fd: number, family: SocketFamily) {
    this.#reactor = reactor;
    this.#fd = fd;
    this.#family = family;
  }

  listen(factory: FactoryLike): Deferred<ListeningPort> {
    if (this.#hasListened) {
      const message = `Cannot listen on descriptor ${this.#fd}: the endpoint has listened, expected it to be asked once`;
      return fail(new AlreadyListenedError(message));
    }
    this.#hasListened = true;
    return openPort(() => this.#reactor.adoptStreamPort(this.#fd, this.#family, factory));
  }
}
