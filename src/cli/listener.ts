/** Listens for a service on the endpoints that the command line says. */
import type { DrainStep } from "../application/drain.ts";
import { DrainingServerService } from "../application/draining-server-service.ts";
import type { Startable } from "../application/program-life.ts";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { gatherResults } from "../deferred/deferred-list.ts";
import type { StreamServerEndpoint } from "../endpoint/endpoint.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { Address } from "../transport/address.ts";
import type { ListeningPort } from "../transport/transport.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";

/** An endpoint, and how it was written. */
export interface WrittenEndpoint {
  readonly text: string;
  readonly endpoint: StreamServerEndpoint;
}

export interface ListenerOptions {
  readonly clock: ReactorTime;
  /** What is done to stop. */
  readonly steps: readonly DrainStep[];
  /** Told where each port listens. */
  readonly opened: (address: Address) => void;
}

interface WrittenServer {
  readonly text: string;
  readonly server: DrainingServerService;
}

/**
 * Opens all ports in its privileged start; its start is done when all of them listen, and fails with `CommandError` where one does not. Its connections
 * have some time to end when it stops.
 */
export class Listener implements Startable {
  readonly #servers: readonly WrittenServer[];
  readonly #opened: (address: Address) => void;
  #listening: readonly Deferred<ListeningPort>[] = [];

  constructor(endpoints: readonly WrittenEndpoint[], factory: FactoryLike, options: ListenerOptions) {
    this.#servers = endpoints.map(({ text, endpoint }) => ({
      text,
      server: new DrainingServerService(endpoint, factory, options),
    }));
    this.#opened = options.opened;
  }

  privilegedStartService(): void {
    // First, for an error that nobody waits for is logged.
    this.#listening = this.#servers.map(({ text, server }) =>
      server.waitForListening().addErrback(({ value }) => {
        const why = value instanceof Error ? value.message : String(value);
        throw new CommandError(`--listen: ${text}: ${why}`, ExitCode.cannotListen, { cause: value });
      }),
    );
    for (const { server } of this.#servers) server.privilegedStartService();
  }

  startService(): Deferred<void> {
    if (this.#listening.length === 0) this.privilegedStartService();
    for (const { server } of this.#servers) server.startService();
    return gatherResults(this.#listening, { consumeErrors: true }).addCallbacks(
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
    this.#listening = [];
    return gatherResults(this.#servers.map(({ server }) => server.stopService())).addCallback(() => {});
  }

  abortService(): void {
    for (const { server } of this.#servers) server.abortService();
  }
}
