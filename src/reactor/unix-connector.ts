/** Connecting to UNIX sockets. */
import { isLocked } from "../deferred/filesystem-lock.ts";
import type { ClientFactoryLike } from "../protocol/factory.ts";
import { UNIXAddress } from "../transport/address.ts";
import type { Address } from "../transport/address.ts";
import { BadFileError } from "../transport/errors.ts";
import { BaseConnector, DEFAULT_TIMEOUT } from "./base-connector.ts";
import type { Attempt, AttemptResult } from "./base-connector.ts";
import type { ConnectUNIXOptions } from "./reactor.ts";
import { failSoon } from "./stream-dialer.ts";
import type { StreamDialer } from "./stream-dialer.ts";
import type { StreamReactor } from "./stream-reactor.ts";

export class UNIXConnector extends BaseConnector {
  readonly #dialer: StreamDialer;
  readonly #path: string;
  readonly #checkPID: boolean;

  constructor(
    reactor: StreamReactor,
    dialer: StreamDialer,
    path: string,
    factory: ClientFactoryLike,
    options: ConnectUNIXOptions,
  ) {
    super(reactor, factory, options.timeout ?? DEFAULT_TIMEOUT);
    this.#dialer = dialer;
    this.#path = path;
    this.#checkPID = options.checkPID ?? false;
  }

  override getDestination(): Address {
    return new UNIXAddress(this.#path);
  }

  protected override attempt(result: AttemptResult): Attempt {
    if (this.#checkPID && !this.#isLocked()) {
      const error = new BadFileError(`Nobody listens on "${this.#path}": its lock file is free`);
      return failSoon(result, error, this.reactor.loop);
    }
    return this.#dialer.dialUNIX(this.#path, this, result);
  }

  #isLocked(): boolean {
    return this.#dialer.isLocked === undefined ? isLocked(`${this.#path}.lock`) : this.#dialer.isLocked(this.#path);
  }
}
