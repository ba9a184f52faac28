/** A server that lets its connections come to an end when it is stopped. */
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import type { FactoryOf, StreamServerEndpoint } from "../endpoint/endpoint.ts";
import { InvalidStateError } from "../errors.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { ListeningPort } from "../transport/transport.ts";
import { DEFAULT_DRAIN, Drain, checkDrainSteps } from "./drain.ts";
import type { DrainStep } from "./drain.ts";
import { OpenConnections } from "./open-connections.ts";
import { Service } from "./service.ts";
import { StreamServerEndpointService } from "./stream-server-endpoint-service.ts";
import type { StreamServerEndpointServiceOptions } from "./stream-server-endpoint-service.ts";
import { Waiters } from "./waiters.ts";
import { WatchedFactory } from "./watched-factory.ts";

export interface DrainingServerServiceOptions<P extends ProtocolLike> extends StreamServerEndpointServiceOptions {
  /** What tells it the time, such as the reactor. */
  readonly clock: ReactorTime;
  /** What is done to stop, in this order. Default: the port is closed, connections get 10 seconds to finish, 5 to be closed, and are aborted. */
  readonly steps?: readonly DrainStep<P>[];
}

/**
 * A server as `StreamServerEndpointService`, which knows its connections: its stop takes steps, such as closing the port and waiting for them to end, and has stopped
 * when the last step is done.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * import { TCP4ServerEndpoint } from "hawser/endpoint";
 * import { MemoryReactorClock } from "hawser/testing";
 * const reactor = new MemoryReactorClock();
 * const server = new DrainingServerService(new TCP4ServerEndpoint(reactor, 7), Factory.forProtocol(Protocol), {
 *   clock: reactor,
 *   // Behind a balancer: it learns that this server goes, and sends nobody any more, before the port is closed.
 *   steps: [
 *     { do: "pause", seconds: 5 },
 *     { do: "stopListening" },
 *     { do: "finish", seconds: 30 },
 *     { do: "abort" },
 *   ],
 * });
 * server.startService();
 * const stopped = server.stopService();
 * reactor.advance(5);
 * await stopped;
 */
export class DrainingServerService<P extends ProtocolLike = ProtocolLike> extends Service {
  readonly #server: StreamServerEndpointService;
  readonly #connections: OpenConnections<P> = new OpenConnections<P>();
  readonly #clock: ReactorTime;
  readonly #steps: readonly DrainStep<P>[];
  #drain: Drain<P> | undefined = undefined;
  readonly #waiters: Waiters = new Waiters();

  constructor(endpoint: StreamServerEndpoint, factory: FactoryOf<P>, options: DrainingServerServiceOptions<P>) {
    super();
    const { clock, steps = DEFAULT_DRAIN, raiseSynchronously = false } = options;
    this.#clock = clock;
    this.#steps = checkDrainSteps(steps);
    const watched = new WatchedFactory(factory, this.#connections);
    this.#server = new StreamServerEndpointService(endpoint, watched, { raiseSynchronously });
  }

  /** How many connections are open. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Fires with the port when it listens: see `StreamServerEndpointService`. */
  waitForListening(): Deferred<ListeningPort> {
    return this.#server.waitForListening();
  }

  /** Throws `InvalidStateError` while it stops. */
  override privilegedStartService(): void {
    super.privilegedStartService();
    this.#requireNoDrain();
    this.#server.privilegedStartService();
  }

  /** Throws `InvalidStateError` while it stops. */
  override startService(): void {
    this.#requireNoDrain();
    super.startService();
    this.#server.startService();
  }

  /** Takes the steps; fires when the last one is done. */
  override stopService(): Deferred<void> {
    if (this.#drain === undefined && !this.running && this.#connections.size === 0) {
      void super.stopService();
      // It may listen since its privileged start.
      return this.#server.stopService();
    }
    const stopped = this.#waiters.add();
    if (this.#drain !== undefined) return stopped;
    const drain = new Drain<P>({
      clock: this.#clock,
      steps: this.#steps,
      connections: this.#connections,
      stopListening: () => this.#server.stopService(),
    });
    this.#drain = drain;
    drain.run().addBoth((result) => this.#stopped(result));
    return stopped;
  }

  /** Closes the port and aborts all connections, where it is being stopped. */
  override abortService(): void {
    this.#drain?.abort();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.stopService();
  }

  #stopped(result: void | Failure): void {
    this.#drain = undefined;
    void super.stopService();
    this.#waiters.fire(result);
  }

  #requireNoDrain(): void {
    if (this.#drain === undefined) return;
    throw new InvalidStateError("Cannot start the server: it is being stopped, expected that to be waited for");
  }
}
