/** Listens for a service on the endpoints that the command line says. */
import type { Deferred } from "../deferred/deferred.ts";
import { gatherResults } from "../deferred/deferred-list.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import type { StreamServerEndpoint } from "../endpoint/endpoint.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { Address } from "../transport/address.ts";
import type { ListeningPort } from "../transport/transport.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import type { Startable } from "./service-maker.ts";

/** An endpoint, and how it was written. */
export interface WrittenEndpoint {
  readonly text: string;
  readonly endpoint: StreamServerEndpoint;
}

/** Opens all ports in its privileged start; its start is done when all of them listen, and fails with `CommandError` where one does not. */
export class Listener implements Startable {
  readonly #endpoints: readonly WrittenEndpoint[];
  readonly #factory: FactoryLike;
  readonly #opened: (address: Address) => void;
  #opening: readonly Deferred<ListeningPort>[] = [];
  #ports: ListeningPort[] = [];

  /**
   * @param opened is told where each port listens
   */
  constructor(endpoints: readonly WrittenEndpoint[], factory: FactoryLike, opened: (address: Address) => void) {
    this.#endpoints = endpoints;
    this.#factory = factory;
    this.#opened = opened;
  }

  privilegedStartService(): void {
    this.#opening = this.#endpoints.map(({ text, endpoint }) =>
      maybeDeferred(() => endpoint.listen(this.#factory)).addCallbacks(
        (port) => {
          this.#ports.push(port);
          return port;
        },
        (failure) => {
          const { value } = failure;
          const why = value instanceof Error ? value.message : String(value);
          throw new CommandError(`--listen: ${text}: ${why}`, ExitCode.cannotListen, { cause: value });
        },
      ),
    );
  }

  startService(): Deferred<void> {
    if (this.#opening.length === 0) this.privilegedStartService();
    return gatherResults(this.#opening, { consumeErrors: true }).addCallbacks(
      (ports) => {
        for (const port of ports) this.#opened(port.getHost());
      },
      // The first that failed speaks for all.
      (failure) => {
        throw (failure.value as Error).cause;
      },
    );
  }

  stopService(): Deferred<void> {
    const ports = this.#ports;
    this.#ports = [];
    for (const opening of this.#opening) opening.cancel();
    this.#opening = [];
    return gatherResults(ports.map((port) => port.stopListening())).addCallback(() => {});
  }
}
