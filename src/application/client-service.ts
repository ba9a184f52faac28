/** A service that keeps one connection to somewhere. */
import { inspect } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import type { FactoryOf, StreamClientEndpoint } from "../endpoint/endpoint.ts";
import { Logger } from "../logger/logger.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { backoffPolicy } from "./backoff-policy.ts";
import type { RetryPolicy } from "./backoff-policy.ts";
import { ClientMachine } from "./client-machine.ts";
import { Service } from "./service.ts";

const log = new Logger({ namespace: "hawser.application" });

export interface ClientServiceOptions<P extends ProtocolLike> {
  /** What tells it the time, such as the reactor. */
  readonly clock: ReactorTime;
  /** How long to wait after so many attempts in a row have failed. Default: `backoffPolicy()` */
  readonly retryPolicy?: RetryPolicy;
  /**
   * Called with the protocol of each new connection, to prepare it or to look whether it is well; what it answers is waited for. Where it throws or
   * fails, the connection is closed, and the attempt has failed.
   */
  readonly prepareConnection?: (protocol: P) => unknown;
}

/**
 * Connects to `endpoint`, and connects again after a wait when that fails or the connection is lost, until it is stopped. There is never more than one
 * connection.
 *
 * @example
 * import { CancelledError } from "hawser/deferred";
 * import { Factory, Protocol } from "hawser/protocol";
 * import { TCP4ClientEndpoint } from "hawser/endpoint";
 * import { MemoryReactorClock } from "hawser/testing";
 * const reactor = new MemoryReactorClock();
 * const endpoint = new TCP4ClientEndpoint(reactor, "127.0.0.1", 7);
 * const client = new ClientService(endpoint, Factory.forProtocol(Protocol), {
 *   clock: reactor,
 *   retryPolicy: backoffPolicy(0.5, 15),
 * });
 * client.startService();
 * const connected = client.whenConnected();
 * connected.addErrback((failure) => failure.trap(CancelledError));
 * await client.stopService();
 */
export class ClientService<P extends ProtocolLike = ProtocolLike> extends Service {
  readonly #machine: ClientMachine<P>;

  constructor(endpoint: StreamClientEndpoint, factory: FactoryOf<P>, options: ClientServiceOptions<P>) {
    super();
    const { clock, retryPolicy = backoffPolicy(), prepareConnection } = options;
    this.#machine = new ClientMachine({ endpoint, factory, retryPolicy, clock, prepareConnection });
  }

  /**
   * Fires with the protocol that is connected, or with the next one that is. It fails with a `CancelledError` when the service is stopped; and, where
   * `failAfterFailures` is given, with why the last attempt failed when so many attempts in a row have failed from now on.
   */
  whenConnected(failAfterFailures?: number): Deferred<P> {
    if (failAfterFailures !== undefined && !(Number.isInteger(failAfterFailures) && failAfterFailures > 0)) {
      throw new RangeError(
        `Cannot wait for ${inspect(failAfterFailures)} failures: expected a whole number above 0, or none`,
      );
    }
    return this.#machine.whenConnected(failAfterFailures);
  }

  override startService(): void {
    if (this.running) {
      log.warn("The client service runs already: it was started twice");
      return;
    }
    super.startService();
    this.#machine.start();
  }

  /** Connects no more, and closes the connection; fires when it is closed. */
  override stopService(): Deferred<void> {
    void super.stopService();
    return this.#machine.stop();
  }

  /** Closes the connection now, where the stop waits for what has not been sent yet. */
  override abortService(): void {
    this.#machine.abort();
  }
}
