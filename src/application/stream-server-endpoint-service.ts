/** A service that listens on an endpoint. */
import type { Deferred } from "../deferred/deferred.ts";
import { CancelledError } from "../deferred/errors.ts";
import type { Failure } from "../deferred/failure.ts";
import { fail, succeed } from "../deferred/maybe-deferred.ts";
import type { StreamServerEndpoint } from "../endpoint/endpoint.ts";
import { Logger } from "../logger/logger.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ListeningPort } from "../transport/transport.ts";
import { Service } from "./service.ts";
import { Waiters } from "./waiters.ts";

const log = new Logger({ namespace: "hawser.application" });

export interface StreamServerEndpointServiceOptions {
  /**
   * Whether an error that the endpoint has at once is thrown by the first start, so that the program learns of it. Otherwise, and where it has it
   * later, it is logged. Default: `false`
   */
  readonly raiseSynchronously?: boolean;
}

/**
 * Listens on `endpoint` from its privileged start, or from its start where there was none, until it is stopped. Connections stay when it is stopped; see
 * `DrainingServerService` for what ends them.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * import { TCP4ServerEndpoint } from "hawser/endpoint";
 * import { MemoryReactor } from "hawser/testing";
 * const reactor = new MemoryReactor();
 * const server = new StreamServerEndpointService(new TCP4ServerEndpoint(reactor, 7), Factory.forProtocol(Protocol));
 * server.startService();
 * const port = await server.waitForListening();
 * assert.equal(String(port.getHost()), "IPv4Address(TCP, '0.0.0.0', 7)");
 * await server.stopService();
 */
export class StreamServerEndpointService extends Service {
  readonly endpoint: StreamServerEndpoint;
  readonly factory: FactoryLike;
  #raisesSynchronously: boolean;
  /** From when it is told to listen until it is told to stop; fires with nothing where it cannot listen. */
  #opening: Deferred<ListeningPort | undefined> | undefined = undefined;
  #port: ListeningPort | undefined = undefined;
  #failure: Failure | undefined = undefined;
  /** Those who wait for the port; one may be cancelled by another who is told first. */
  readonly #waiters: Waiters<ListeningPort> = new Waiters<ListeningPort>();
  /** How many ports are being closed, and who waits for that. */
  #closing = 0;
  readonly #closingWaiters: Waiters = new Waiters();

  constructor(endpoint: StreamServerEndpoint, factory: FactoryLike, options: StreamServerEndpointServiceOptions = {}) {
    super();
    this.endpoint = endpoint;
    this.factory = factory;
    this.#raisesSynchronously = options.raiseSynchronously ?? false;
  }

  /** Fires with the port when it listens, which may be now; fails where it cannot listen, and when it is stopped before it does. */
  waitForListening(): Deferred<ListeningPort> {
    if (this.#port !== undefined) return succeed(this.#port);
    if (this.#failure !== undefined) return fail(this.#failure);
    return this.#waiters.add();
  }

  override privilegedStartService(): void {
    super.privilegedStartService();
    if (this.#opening !== undefined) return;
    let raised: Failure | undefined;
    let isNow = true;
    this.#failure = undefined;
    this.#opening = this.#open().addCallbacks(
      (port) => this.#listens(port),
      (failure) => {
        if (isNow && this.#raisesSynchronously) raised = failure;
        this.#cannotListen(failure, raised !== undefined);
        return undefined;
      },
    );
    isNow = false;
    if (raised !== undefined) throw raised.value;
    this.#raisesSynchronously = false;
  }

  override startService(): void {
    super.startService();
    if (this.#opening === undefined) this.privilegedStartService();
  }

  /** Listens no more; fires when the port is closed. */
  override stopService(): Deferred<void> {
    const opening = this.#opening;
    if (opening === undefined) {
      this.running = false;
      return this.#closing === 0 ? succeed() : this.#closingWaiters.add();
    }
    this.#opening = undefined;
    this.#port = undefined;
    this.#closing++;
    opening.cancel();
    return opening
      .addCallback((port) => port?.stopListening())
      .addBoth((result) => {
        this.#closing--;
        // It may have been started again meanwhile.
        if (this.#opening === undefined) this.running = false;
        if (this.#closing === 0) this.#closingWaiters.fire(undefined);
        return result;
      });
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    // It listens from its privileged start on.
    await this.stopService();
  }
  #open(): Deferred<ListeningPort> {
    const listen = (): Deferred<ListeningPort> => this.endpoint.listen(this.factory);
    // What was stopped has to be closed first: it may be the same port.
    return this.#closing === 0 ? listen() : this.#closingWaiters.add().addCallback(listen);
  }

  #listens(port: ListeningPort): ListeningPort {
    this.#port = port;
    this.#waiters.fire(port);
    return port;
  }

  #cannotListen(failure: Failure, isRaised: boolean): void {
    const told = this.#waiters.fire(failure);
    if (failure.check(CancelledError) !== null) return;
    this.#failure = failure;
    if (!isRaised && told === 0) log.failure("Cannot listen on {endpoint}", failure, { endpoint: this.endpoint });
  }
}
